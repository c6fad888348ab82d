import type { LiveDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";

/**
 * Lets somebody moderate the anchor's room, or no more. `unchanged` when it is so already; `full` when the room has
 * `moderatorsMax`; `unknown` when it is not this anchor's room.
 * Locks: the room's row.
 */
export async function setRoomModerator(
  db: LiveDb,
  input: {
    roomId: string;
    anchorId: string;
    userId: string;
    on: boolean;
    now: Date;
    moderatorsMax: number;
  },
): Promise<"set" | "unchanged" | "full" | "unknown"> {
  const { roomId, anchorId, userId, on, now, moderatorsMax } = input;
  return await inTransaction(db.sql, async (tx) => {
    const [room] = await tx`SELECT 1 FROM rooms WHERE id = ${roomId} AND anchor_id = ${anchorId} FOR UPDATE`;
    if (!room) return "unknown";
    const { count } = on
      ? await appoint(tx, { roomId, userId, now })
      : await tx`
          UPDATE room_moderators SET ended_at = ${now}
          WHERE room_id = ${roomId} AND user_id = ${userId} AND ended_at IS NULL`;
    if (count === 0) return "unchanged";
    const [held] = await tx<{ moderators: number }[]>`
      SELECT count(*)::int AS moderators FROM room_moderators WHERE room_id = ${roomId} AND ended_at IS NULL`;
    if (on && (held?.moderators ?? 0) > moderatorsMax) {
      await tx`UPDATE room_moderators SET ended_at = ${now} WHERE room_id = ${roomId} AND user_id = ${userId}`;
      return "full";
    }
    await tx`UPDATE rooms SET restrictions_version = restrictions_version + 1 WHERE id = ${roomId}`;
    return "set";
  });
}

const appoint = (tx: Sql, { roomId, userId, now }: { roomId: string; userId: string; now: Date }) => tx`
  INSERT INTO room_moderators (room_id, user_id, appointed_at) VALUES (${roomId}, ${userId}, ${now})
  ON CONFLICT (room_id, user_id) DO UPDATE SET appointed_at = excluded.appointed_at, ended_at = NULL
    WHERE room_moderators.ended_at IS NOT NULL`;

export async function listModeratorIds({ sql }: LiveDb, roomId: string): Promise<string[]> {
  const rows = await sql<{ user_id: string }[]>`
    SELECT user_id FROM room_moderators WHERE room_id = ${roomId} AND ended_at IS NULL ORDER BY appointed_at, user_id`;
  return rows.map((row) => row.user_id);
}

/** By the database, for what must not be behind. */
export async function isRoomModerator(
  { sql }: LiveDb,
  input: { roomId: string; userId: string },
): Promise<boolean> {
  const [row] = await sql`
    SELECT 1 FROM room_moderators WHERE room_id = ${input.roomId} AND user_id = ${input.userId} AND ended_at IS NULL`;
  return row !== undefined;
}

export interface RoomPersonRow {
  userId: string;
  nickname: string;
  role: string;
  isModerator: boolean;
  since: Date;
}

/** Who is in a room and has an account, by nickname, from behind a position; of those whose names begin so. */
export async function listRoomPeople(
  { sql }: LiveDb,
  input: {
    roomId: string;
    text: string;
    after: { nickname: string; userId: string } | null;
    limit: number;
  },
): Promise<RoomPersonRow[]> {
  const { roomId, text, after, limit } = input;
  return await sql<RoomPersonRow[]>`
    SELECT u.id AS "userId", u.name AS nickname, u.role, p.since,
      EXISTS (SELECT FROM room_moderators m
        WHERE m.room_id = p.room_id AND m.user_id = u.id AND m.ended_at IS NULL) AS "isModerator"
    FROM room_presence p JOIN users u ON u.id = p.visitor_id
    WHERE p.room_id = ${roomId} AND NOT p.is_guest AND starts_with(lower(u.name), lower(${text}))
      ${after ? sql`AND (u.name COLLATE "C", u.id) > (${after.nickname}, ${after.userId}::uuid)` : sql``}
    ORDER BY u.name COLLATE "C", u.id LIMIT ${limit}`;
}

export async function countGuestsPresent({ sql }: LiveDb, roomId: string): Promise<number> {
  const [row] = await sql<{ guests: number }[]>`
    SELECT count(*)::int AS guests FROM room_presence WHERE room_id = ${roomId} AND is_guest`;
  return row?.guests ?? 0;
}
