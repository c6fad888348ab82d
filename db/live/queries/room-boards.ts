import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";

/** How often the sums of a room have changed; 0 of one in which nobody gave. */
export async function readBoardVersion(db: Pick<LiveDb, "sql">, roomId: string): Promise<number> {
  const [row] = await db.sql<
    { version: string }[]
  >`SELECT version FROM room_boards WHERE room_id = ${roomId}`;
  return Number(row?.version ?? 0);
}

/**
 * Counts a change of the sums of these rooms, and returns their versions by room. The last thing of a transaction that
 * changed them: the rows stay locked until its end, so that changes of one room follow each other. Locks by room id.
 */
export async function raiseBoardVersions(
  tx: Sql,
  roomIds: Iterable<string>,
  by: number,
): Promise<Map<string, number>> {
  const rows = await tx<{ room_id: string; version: string }[]>`
    INSERT INTO room_boards AS b (room_id, version)
    SELECT room_id, ${by}::bigint FROM unnest(${arrayLiteral([...new Set(roomIds)])}::uuid[]) AS r (room_id) ORDER BY room_id
    ON CONFLICT (room_id) DO UPDATE SET version = b.version + ${by}::bigint
    RETURNING room_id, version`;
  return new Map(rows.map((row) => [row.room_id, Number(row.version)]));
}
