import { setTimeout as wait } from "node:timers/promises";
import { Code } from "./close-codes";
import type { SocketConnection } from "./socket-connection";

const BATCH_INTERVAL_MS = 50;

/**
 * Sends all clients away over `drainMs`. They come back at once and without jitter of their own, so closing them
 * together would make the next node take all handshakes in the same moment. Resolves when every socket is gone.
 */
export async function closeAll(open: ReadonlySet<SocketConnection>, drainMs: number): Promise<void> {
  const connections = [...open];
  const batches = Math.max(1, Math.floor(drainMs / BATCH_INTERVAL_MS));
  const batchSize = Math.ceil(connections.length / batches);
  for (let start = 0; start < connections.length; start += batchSize) {
    if (start > 0) await wait(BATCH_INTERVAL_MS);
    for (const connection of connections.slice(start, start + batchSize)) {
      connection.close(Code.reconnectNow, "This node is going away; reconnect");
    }
  }
  await Promise.all(connections.map((connection) => connection.whenClosed()));
}
