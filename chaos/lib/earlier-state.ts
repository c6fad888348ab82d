import { lstatSync, mkdtempSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listChildren, trySignal } from "@/stack/services/os-process";
import type { PostgresServer } from "@/stack/services/postgres";
import type { RedisServer } from "@/stack/services/redis";
import { copyFolder } from "./copy-folder";

/** What a server held at one moment, kept beside it while it goes on. */
export interface EarlierState {
  /** The server comes back as it was then, and knows nothing of what came after. */
  putBack(): Promise<void>;
  /** Removes the copy. */
  forget(): void;
}

/**
 * Keeps what a PostgreSQL server holds now, all of its databases, as a snapshot of its disk would: the copy is made while
 * all of its processes stand still, and recovers like after a power cut. Nobody's connection ends.
 */
export async function keepPostgres(server: PostgresServer): Promise<EarlierState> {
  for (const part of ["base", "pg_wal"])
    if (lstatSync(join(server.folder, part)).isSymbolicLink())
      throw new Error(`${part} is on a disk of its own; a copy of the folder would not hold it.`);
  return keepFolder(server, server.folder, () => [server.pid, ...listChildren(server.pid)], [
    "postmaster.pid",
    "postmaster.opts",
  ]);
}

/** The same of Redis' append-only log: an older log is also what a replica that lagged comes up with. */
export async function keepRedis(server: RedisServer): Promise<EarlierState> {
  return keepFolder(server, realpathSync(join(server.folder, "appendonlydir")), () => [server.pid], []);
}

interface Server {
  kill9(): Promise<void>;
  restart(): Promise<void>;
}

function keepFolder(
  server: Server,
  folder: string,
  processes: () => number[],
  ofTheProcess: readonly string[],
): EarlierState {
  const place = mkdtempSync(join(tmpdir(), "downpour-earlier-"));
  const kept = join(place, "kept");
  const stopped = processes();
  for (const pid of stopped) trySignal(pid, "SIGSTOP");
  try {
    copyFolder(folder, kept);
  } finally {
    for (const pid of stopped) trySignal(pid, "SIGCONT");
  }
  for (const file of ofTheProcess) rmSync(join(kept, file), { force: true });
  return {
    async putBack() {
      await server.kill9();
      const next = `${folder}.earlier`;
      copyFolder(kept, next);
      rmSync(folder, { recursive: true });
      renameSync(next, folder);
      await server.restart();
    },
    forget: () => rmSync(place, { recursive: true, force: true }),
  };
}
