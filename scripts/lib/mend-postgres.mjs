import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/**
 * postgres.js 3.4.9 does not get over a connection that is lost while it has something to send (its issues 1154, 1208):
 * - what follows, usually the ROLLBACK of a transaction, is written to a socket that is no more, in a callback of its
 *   own, where nobody can catch the error, and the process ends;
 * - a write that waited for its turn leaves the mark that a turn is coming, so that connection never sends again.
 * Both are mended in the one file that is concerned, as it is bundled and as it is tested.
 */
const MENDED_FILE = /[\\/]postgres[\\/]src[\\/]connection\.js$/;

/** @type {[from: string, to: string, times: number][]} */
const CHANGES = [
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
];

/** Throws when the driver is no longer as described: then see whether this is still needed. */
function mend(source) {
  let mended = source;
  for (const [from, to, times] of CHANGES) {
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
      contents: mend(await readFile(path, "utf8")),
      loader: "js",
    }));
  },
};

/** The same for tests; the driver must be among `server.deps.inline`. @type {import("vitest/config").Plugin} */
export const mendedPostgresInTests = {
  name: "mended-postgres",
  transform: (source, id) => (MENDED_FILE.test(id.split("?")[0] ?? "") ? mend(source) : undefined),
};
