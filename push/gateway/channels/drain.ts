import { setTimeout as wait } from "node:timers/promises";
import { Code } from "../protocol/close-codes";
import type { SocketConnection } from "./socket-connection";

const BATCH_INTERVAL_MS = 50;

/**
 * Sends all clients away over `drainMs`. Resolves when every socket is gone.
 */
export async function closeAll(open: ReadonlySet<SocketConnection>, drainMs: number): Promise<void> {
  const connections = [...open];
  await sendAll(connections, drainMs, (connection) =>
    connection.close(Code.reconnectNow, "This node is going away; reconnect"),
  );
  await Promise.all(connections.map((connection) => connection.whenClosed()));
}

/**
 * Does that to one socket after the other, over some time. Clients that are sent away come back at once and without
 * jitter of their own: all together, they would have all handshakes made in the same moment.
 */
export async function sendAll(
  connections: readonly SocketConnection[],
  overMs: number,
  act: (connection: SocketConnection) => void,
): Promise<void> {
  const batches = Math.max(1, Math.floor(overMs / BATCH_INTERVAL_MS));
  const batchSize = Math.ceil(connections.length / batches);
  for (let start = 0; start < connections.length; start += batchSize) {
    if (start > 0) await wait(BATCH_INTERVAL_MS);
    for (const connection of connections.slice(start, start + batchSize)) act(connection);
  }
}
