import type { LiveDb } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";

export interface RoomListRow {
  roomId: string;
  title: string;
  category: string;
  tags: string[];
  coverUrl: string | null;
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
  const pattern = nameStart === undefined ? "" : `${escapeLike(nameStart.toLowerCase())}%`;
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
    SELECT r.id AS "roomId", r.title, coalesce(r.category_id, r.category) AS category, r.tags, r.cover_url AS "coverUrl", u.id AS "anchorId", u.name AS "anchorName",
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

/**
 * Anchors by their own or their room's id, by phone, or by the beginning of their nickname or words of their room's title
 * (an id or a phone wins), in the order of names. The titles of all rooms are looked through.
 */
export async function listAnchorsCalled(
  { sql }: LiveDb,
  input: { id?: string; phoneIndex?: string; name: string; limit: number },
): Promise<{ userId: string; nickname: string }[]> {
  const { id, phoneIndex, limit } = input;
  const words = escapeLike(input.name.toLowerCase());
  const anchors = sql`SELECT u.id, u.name FROM rooms r JOIN users u ON u.id = r.anchor_id`;
  const found =
    id !== undefined
      ? sql`${anchors} WHERE r.id = ${id} OR r.anchor_id = ${id}`
      : phoneIndex !== undefined
        ? sql`${anchors} WHERE u.phone_index = ${phoneIndex}`
        : sql`
          ${anchors} WHERE lower(u.name) COLLATE "C" LIKE ${`${words}%`}
          UNION ${anchors} WHERE lower(r.title) LIKE ${`%${words}%`}`;
  return await sql<{ userId: string; nickname: string }[]>`
    SELECT id AS "userId", name AS nickname FROM (${found}) a ORDER BY lower(name) COLLATE "C", id LIMIT ${limit}`;
}
