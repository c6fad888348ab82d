import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RedisServer, startRedis } from "@/scripts/services/redis";

export interface OlderRedis {
  readonly url: string;
  /** Remembers everything as it is now. */
  keep(): void;
  /** The server dies, and comes back on the same port with what was kept. */
  goBack(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of one test's own, as the product starts it, that can come back older than it was. */
export async function startOlderRedis(): Promise<OlderRedis> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-older-"));
  const dir = join(folder, "redis");
  const kept = join(folder, "kept");
  const server: RedisServer = await startRedis({ dir, port: 0 });
  const log = (of: string) => join(of, "appendonlydir");
  return {
    url: server.url,
    // With appendfsync always every answered write is in these files.
    keep: () => cpSync(log(dir), log(kept), { recursive: true, force: true }),
    async goBack() {
      await server.kill9();
      rmSync(log(dir), { recursive: true });
      cpSync(log(kept), log(dir), { recursive: true });
      await server.restart();
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
