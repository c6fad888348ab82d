import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/**
 * postgres.js 3.4.9 does not get over a connection that is lost while there is something to send or to wait for (its
 * issues 1154, 1208):
 * - what follows, usually the ROLLBACK of a transaction, is written to a socket that is no more, in a callback of its
 *   own, where nobody can catch the error, and the process ends;
 * - a write that waited for its turn leaves the mark that a turn is coming, so that connection never sends again;
 * - a statement that comes between the socket's error and its close is never rejected. It stays at the head of the line
 *   when the connection is opened again: each later statement then gets the answer of the one before it;
 * - what a transaction still asks after its connection was lost runs on whatever that connection is used for next,
 *   perhaps in the middle of somebody else's transaction;
 * - a socket that was paused because rows of a COPY came faster than they were taken stays so when these were the last.
 * All are mended in the files that are concerned, as they are bundled and as they are tested.
 *
 * Besides, it waits for ever for an answer on a connection that went silent. `watch`, an option that it does not have by
 * itself, is given each connection of a pool; see db/silent-connections.ts.
 */
const MENDED_FILE = /[\\/]postgres[\\/]src[\\/](connection|index)\.js$/;

/** @type {Record<string, [from: string, to: string, times: number][]>} */
const CHANGES = {
  connection: [
    [
      "    clearImmediate(nextWriteTimer)\n",
      "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n",
      2,
    ],
    [
      "const x = socket.write(chunk, fn)\n",
      "if (socket === null) {\n" +
        "      clearImmediate(nextWriteTimer)\n" +
        "      chunk = nextWriteTimer = null\n" +
        "      error(Errors.connection('CONNECTION_CLOSED', options))\n" +
        "      return false\n" +
        "    }\n" +
        "    const x = socket.write(chunk, fn)\n",
      1,
    ],
    [
      "    if (initial)\n      return reconnect()\n\n" +
        "    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      "    const lost = query ? [query] : []\n" +
        "    while (sent.length) lost.push(sent.shift())\n" +
        "    query = results = errorResponse = null\n" +
        "    result = new Result()\n\n" +
        "    if (initial)\n      return reconnect()\n\n" +
        "    const reason = Errors.connection('CONNECTION_CLOSED', options)\n" +
        "    for (const one of lost) queryError(one, reason)\n",
      1,
    ],
    [
      "  queues.closed && queues.closed.push(connection)\n",
      "  queues.closed && queues.closed.push(connection)\n" +
        "  queues.closed && options.watch && options.watch({\n" +
        // Into a COPY we write, and the server waits for us, however long it takes to have something to write.
        "    isWaiting: () => socket !== null && (query !== null || sent.length > 0) && !(stream && stream.writable),\n" +
        "    readBytes: () => socket === null ? 0 : socket.bytesRead,\n" +
        "    readPid: () => backend.pid,\n" +
        "    end: reason => socket !== null && socket.destroy(reason)\n" +
        "  })\n",
      1,
    ],
    ["    stream && stream.push(null)\n", "    stream && stream.push(null)\n    socket.resume()\n", 1],
  ],
  index: [
    [
      "    socket          : o.socket,\n",
      "    socket          : o.socket,\n    watch           : o.watch,\n",
      1,
    ],
    [
      "new Promise((_, reject) => connection.onclose = reject)",
      "new Promise((_, reject) => connection.onclose = e => reject(lost = e))",
      1,
    ],
    ["    let savepoints = 0\n", "    let savepoints = 0\n      , lost = null\n", 1],
    [
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n",
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost) return q.reject(lost)\n",
      1,
    ],
  ],
};

/** Throws when the driver is no longer as described: then see whether this is still needed. */
function mend(path, source) {
  let mended = source;
  for (const [from, to, times] of CHANGES[MENDED_FILE.exec(path)?.[1] ?? ""] ?? []) {
    const parts = mended.split(from);
    if (parts.length !== times + 1) {
      throw new Error(
        `scripts/lib/mend-postgres.mjs: ${JSON.stringify(from)} is not ${times} times in postgres.`,
      );
    }
    mended = parts.join(to);
  }
  return mended;
}

/** Bundles the driver, mended, into everything that uses it. @type {import("esbuild").Plugin} */
export const mendedPostgresInBundles = {
  name: "mended-postgres",
  setup(build) {
    const entry = fileURLToPath(import.meta.resolve("postgres"));
    build.onResolve({ filter: /^postgres$/ }, () => ({ path: entry }));
    build.onLoad({ filter: MENDED_FILE }, async ({ path }) => ({
      contents: mend(path, await readFile(path, "utf8")),
      loader: "js",
    }));
  },
};

/** The same for tests; the driver must be among `server.deps.inline`. @type {import("vitest/config").Plugin} */
export const mendedPostgresInTests = {
  name: "mended-postgres",
  transform(source, id) {
    const path = id.split("?")[0] ?? "";
    return MENDED_FILE.test(path) ? mend(path, source) : undefined;
  },
};
