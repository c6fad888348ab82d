import type { SocketConnection } from "../channels/socket-connection";
import { FULL_SHARE } from "../limits/limits";
import { Code } from "../protocol/close-codes";

/**
 * The protocol lets a client connect and do nothing, for as long as it answers pings. Where it gets full, those who have
 * neither a channel nor a user make room: first those of the addresses that have the most of them. Returns how many.
 */
export function makeRoom(
  open: ReadonlySet<SocketConnection>,
  connectionsMax: number,
  uselessAfterMs: number,
  nowMs: number,
): number {
  const surplus = open.size - Math.floor(connectionsMax * FULL_SHARE);
  if (surplus <= 0) return 0;
  const byVisitor = new Map<unknown, SocketConnection[]>();
  for (const connection of open) {
    if (!connection.isOpen || !connection.isUseless || nowMs - connection.openedAtMs < uselessAfterMs)
      continue;
    const others = byVisitor.get(connection.visitor);
    if (others) others.push(connection);
    else byVisitor.set(connection.visitor, [connection]);
  }
  const leaving = [...byVisitor.values()]
    .toSorted((a, b) => b.length - a.length)
    .flat()
    .slice(0, surplus);
  for (const connection of leaving) {
    connection.close(Code.overCapacity, "This node needs the room; come again when you listen to something");
  }
  return leaving.length;
}
