import { and, desc, eq, ilike, inArray, isNotNull, isNull, notInArray, or, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";
import { roomSessions, rooms, roomTags, users } from "@/db/live/schema";
import { arrayLiteral } from "@/db/pg-array";
import { findLiveRefusal, type LiveRefusal } from "./may-be-live";
import { addRoomTagFacts } from "./room-tag-facts";
import type { TagRow } from "./tags";

/** Rooms that were opened before categories were shared have what was typed. */
const category = sql<string>`coalesce(${rooms.categoryId}, ${rooms.category})`;
const anchorColumns = { userId: users.id, nickname: users.name, avatarUrl: users.image };

export interface LiveRoomRow {
  roomId: string;
  title: string;
  category: string;
  tags: string[];
  coverUrl: string | null;
  liveSince: Date;
  anchor: { userId: string; nickname: string; avatarUrl: string | null };
}

const likePattern = (text: string) => `%${escapeLike(text)}%`;

/** Live rooms that are not banned, newest first, after the given position; with this tag, or of one of these categories. */
export async function listLiveRooms(
  db: LiveDb,
  input: {
    topic?: { tagId: string | undefined; categories: string[] };
    categoryId?: string;
    search?: string;
    after?: { liveSince: Date; roomId: string };
    limit: number;
  },
): Promise<LiveRoomRow[]> {
  const { topic, categoryId, search, after, limit } = input;
  const rows = await db.orm
    .select({
      roomId: rooms.id,
      title: rooms.title,
      category,
      tags: rooms.tags,
      coverUrl: rooms.coverUrl,
      liveSince: rooms.liveSince,
      anchor: anchorColumns,
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.anchorId))
    .where(
      and(
        isNotNull(rooms.currentSessionId),
        eq(rooms.banned, false),
        topic
          ? or(
              topic.tagId === undefined ? undefined : hasTag(topic.tagId),
              inArray(rooms.category, topic.categories),
            )
          : undefined,
        categoryId === undefined ? undefined : eq(rooms.categoryId, categoryId),
        search
          ? or(ilike(rooms.title, likePattern(search)), ilike(users.name, likePattern(search)))
          : undefined,
        after
          ? sql`(${rooms.liveSince}, ${rooms.id}) < (${after.liveSince.toISOString()}::timestamptz, ${after.roomId}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(rooms.liveSince), desc(rooms.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, liveSince: row.liveSince ?? new Date(0) }));
}

/** Links to what a tag was before it was merged count, too. */
const hasTag = (tagId: string) => sql`${rooms.id} IN (
  SELECT x.room_id FROM room_tags x JOIN tags t ON t.id = x.tag_id WHERE t.id = ${tagId} OR t.merged_into = ${tagId})`;

const settingColumns = {
  chatPerSecond: rooms.chatPerSecond,
  slowModeSeconds: rooms.slowModeSeconds,
  guestsMayChat: rooms.guestsMayChat,
  followersOnlyMinutes: rooms.followersOnlyMinutes,
  linksAllowed: rooms.linksAllowed,
  topIsPublic: rooms.topIsPublic,
};

export async function findRoom(db: LiveDb, roomId: string) {
  const [row] = await db.orm
    .select({
      roomId: rooms.id,
      title: rooms.title,
      category,
      tags: rooms.tags,
      coverUrl: rooms.coverUrl,
      streamUrl: rooms.streamUrl,
      ...settingColumns,
      banned: rooms.banned,
      restrictionsVersion: rooms.restrictionsVersion,
      currentSessionId: rooms.currentSessionId,
      liveSince: rooms.liveSince,
      anchor: anchorColumns,
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.anchorId))
    .where(eq(rooms.id, roomId));
  return row ?? null;
}

export async function findRoomOfAnchor(db: LiveDb, anchorId: string) {
  const [row] = await db.orm
    .select({
      roomId: rooms.id,
      categoryId: rooms.categoryId,
      currentSessionId: rooms.currentSessionId,
      liveSince: rooms.liveSince,
    })
    .from(rooms)
    .where(eq(rooms.anchorId, anchorId));
  return row ?? null;
}

/** The running sessions of these rooms; rooms that are closed or unknown are left out. */
export async function findLiveSessions(
  db: LiveDb,
  roomIds: readonly string[],
): Promise<{ roomId: string; sessionId: string }[]> {
  const { sql } = db;
  return await sql<{ roomId: string; sessionId: string }[]>`
    SELECT id AS "roomId", current_session_id AS "sessionId" FROM rooms
    WHERE id::text = ANY(${roomIds}::text[]) AND current_session_id IS NOT NULL`;
}

/** Raises the most viewers that sessions ever had to what they have now, where that is more. Returns them by session. */
export async function raisePeakViewers(
  db: LiveDb,
  sessions: readonly { sessionId: string; viewers: number }[],
): Promise<Map<string, number>> {
  if (sessions.length === 0) return new Map();
  const rows = await db.sql<{ id: string; peak_viewers: number }[]>`
    WITH now_there (id, viewers) AS (
      SELECT * FROM unnest(${arrayLiteral(sessions.map((s) => s.sessionId))}::uuid[],
        ${arrayLiteral(sessions.map((s) => s.viewers))}::int[])
    ), raised AS (
      UPDATE room_sessions s SET peak_viewers = n.viewers FROM now_there n
      WHERE s.id = n.id AND s.peak_viewers < n.viewers
    )
    SELECT s.id, greatest(s.peak_viewers, n.viewers) AS peak_viewers FROM room_sessions s JOIN now_there n USING (id)`;
  return new Map(rows.map((row) => [row.id, row.peak_viewers]));
}

/** Changes settings of the anchor's own room and returns all of them; undefined when this anchor has no such room. */
export async function updateRoomSettings(
  db: LiveDb,
  input: {
    roomId: string;
    anchorId: string;
    changes: Partial<Pick<typeof rooms.$inferInsert, keyof typeof settingColumns | "streamUrl">>;
    now: Date;
  },
) {
  const [row] = await db.orm
    .update(rooms)
    .set({ ...input.changes, updatedAt: input.now })
    .where(and(eq(rooms.id, input.roomId), eq(rooms.anchorId, input.anchorId)))
    .returning(settingColumns);
  return row;
}

export interface OpenedSession {
  roomId: string;
  sessionId: string;
  /** False when the room was live already; nothing was changed then. */
  opened: boolean;
}

/**
 * Opens a session in the anchor's room, and makes the room at the anchor's first one. Two calls at once open one
 * session: the second waits for the room's row and finds it live. Somebody who
 * may not be live opens none.
 * Lock order: the person, then the room's row.
 */
export async function openRoomSession(
  db: LiveDb,
  input: {
    anchorId: string;
    newRoomId: string;
    sessionId: string;
    title: string;
    categoryId: string;
    tags: readonly TagRow[];
    now: Date;
  },
): Promise<OpenedSession | LiveRefusal> {
  const { anchorId, newRoomId, sessionId, title, categoryId, now } = input;
  // Processes of a release before this one read the text.
  const about = { categoryId, category: categoryId };
  const tags = input.tags.map(({ label }) => label);
  const tagIds = input.tags.map(({ tagId }) => tagId);
  return db.orm.transaction(async (tx) => {
    const refusal = await findLiveRefusal(tx, anchorId);
    if (refusal) return refusal;
    await tx
      .insert(rooms)
      .values({ id: newRoomId, anchorId, title, ...about, tags })
      .onConflictDoNothing({ target: rooms.anchorId });
    const [room] = await tx
      .select({ id: rooms.id, banned: rooms.banned, currentSessionId: rooms.currentSessionId })
      .from(rooms)
      .where(eq(rooms.anchorId, anchorId))
      .for("update");
    if (!room) throw new Error("The anchor's room vanished while it was being opened.");
    if (room.banned) return "banned";
    if (room.currentSessionId) {
      return { roomId: room.id, sessionId: room.currentSessionId, opened: false };
    }
    await tx.insert(roomSessions).values({ id: sessionId, roomId: room.id, title, startedAt: now });
    await tx
      .update(rooms)
      .set({ title, ...about, tags, currentSessionId: sessionId, liveSince: now, updatedAt: now })
      .where(eq(rooms.id, room.id));
    await tx.delete(roomTags).where(and(eq(roomTags.roomId, room.id), notInArray(roomTags.tagId, tagIds)));
    if (tagIds.length > 0)
      await tx
        .insert(roomTags)
        .values(tagIds.map((tagId, place) => ({ roomId: room.id, tagId, place })))
        .onConflictDoUpdate({
          target: [roomTags.roomId, roomTags.tagId],
          set: { place: sql`excluded.place` },
        });
    await addRoomTagFacts(tx, room.id, tagIds);
    return { roomId: room.id, sessionId, opened: true };
  });
}

/**
 * Ends the session of a room. Returns null when this anchor has no such room; `sessionId` is null when it was not live.
 * Locks: the room's row.
 */
export async function closeRoomSession(
  db: LiveDb,
  input: { roomId: string; anchorId: string; now: Date },
): Promise<{ sessionId: string | null } | null> {
  const { roomId, anchorId, now } = input;
  return db.orm.transaction(async (tx) => {
    const [room] = await tx
      .select({ currentSessionId: rooms.currentSessionId })
      .from(rooms)
      .where(and(eq(rooms.id, roomId), eq(rooms.anchorId, anchorId)))
      .for("update");
    if (!room) return null;
    if (!room.currentSessionId) return { sessionId: null };
    await tx
      .update(roomSessions)
      .set({ endedAt: now })
      .where(and(eq(roomSessions.id, room.currentSessionId), isNull(roomSessions.endedAt)));
    await tx
      .update(rooms)
      .set({ currentSessionId: null, liveSince: null, updatedAt: now })
      .where(eq(rooms.id, roomId));
    return { sessionId: room.currentSessionId };
  });
}
