import type { LiveDb } from "@/db/client";

export interface RoomListRow {
  roomId: string;
  title: string;
  category: string;
  anchorId: string;
  anchorName: string;
  isLive: boolean;
  startedAt: Date | null;
  banned: boolean;
}

/**
 * Rooms by their id or their anchor's, or by the beginning of the anchor's nickname; the newest first. Found through the
 * anchors, whose names have an index.
 */
export async function searchRoomRows(
  { sql }: LiveDb,
  input: { id?: string; nameStart?: string; state?: "live" | "banned"; afterId?: string; limit: number },
): Promise<RoomListRow[]> {
  const { id, nameStart, state, afterId, limit } = input;
  const pattern = nameStart === undefined ? "" : `${nameStart.toLowerCase().replaceAll(/[\\%_]/g, "\\$&")}%`;
  const found =
    id !== undefined
      ? sql`AND (r.id = ${id} OR r.anchor_id = ${id})`
      : nameStart !== undefined
        ? sql`AND lower(u.name) COLLATE "C" LIKE ${pattern}`
        : sql``;
  const standing =
    state === "live"
      ? sql`AND r.current_session_id IS NOT NULL AND NOT r.banned`
      : state === "banned"
        ? sql`AND r.banned`
        : sql``;
  return await sql<RoomListRow[]>`
    SELECT r.id AS "roomId", r.title, r.category, u.id AS "anchorId", u.name AS "anchorName",
      r.current_session_id IS NOT NULL AND NOT r.banned AS "isLive", r.live_since AS "startedAt", r.banned
    FROM rooms r JOIN users u ON u.id = r.anchor_id
    WHERE true ${found} ${standing} ${afterId ? sql`AND r.id < ${afterId}` : sql``}
    ORDER BY r.id DESC LIMIT ${limit}`;
}

export async function findRoomOfAnchorForOperators(
  { sql }: LiveDb,
  anchorId: string,
): Promise<{ roomId: string; title: string; isLive: boolean; banned: boolean } | null> {
  const [row] = await sql<{ roomId: string; title: string; isLive: boolean; banned: boolean }[]>`
    SELECT id AS "roomId", title, current_session_id IS NOT NULL AND NOT banned AS "isLive", banned
    FROM rooms WHERE anchor_id = ${anchorId}`;
  return row ?? null;
}
