import { and, desc, eq, gt, isNull, or } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { roomRestrictions, users } from "@/db/live/schema";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

export interface RestrictionRow {
  userId: string;
  kind: "kick" | "mute";
  /** Null means for good. */
  until: Date | null;
  reason: string | null;
}

export interface RestrictionKey {
  roomId: string;
  userId: string;
  kind: "kick" | "mute";
}

/** Clocks of two calls differ by this much at most when they ask for the same length. */
const SAME_LENGTH_MS = 1_000;

const columns = {
  userId: roomRestrictions.userId,
  kind: roomRestrictions.kind,
  until: roomRestrictions.until,
  reason: roomRestrictions.reason,
};
const inForce = (now: Date) =>
  and(isNull(roomRestrictions.liftedAt), or(isNull(roomRestrictions.until), gt(roomRestrictions.until, now)));
/** The kicks and mutes of a user in a room that are in force. */
export async function listRestrictionsInForce(
  db: LiveDb,
  input: { roomId: string; userId: string; now: Date },
): Promise<RestrictionRow[]> {
  const { roomId, userId, now } = input;
  return db.orm
    .select(columns)
    .from(roomRestrictions)
    .where(and(eq(roomRestrictions.roomId, roomId), eq(roomRestrictions.userId, userId), inForce(now)));
}

/** The same, and since when the user follows the room's anchor, in one round trip. */
export async function readVoice(
  { sql }: LiveDb,
  input: { roomId: string; userId: string; anchorId: string; now: Date },
): Promise<{ restrictions: RestrictionRow[]; followedAt: Date | null }> {
  const { roomId, userId, anchorId, now } = input;
  const rows = await sql<
    {
      followedAt: Date | null;
      kind: RestrictionRow["kind"] | null;
      until: Date | null;
      reason: string | null;
    }[]
  >`
    SELECT f.followed_at AS "followedAt", r.kind, r.until, r.reason
    FROM (SELECT 1) one
    LEFT JOIN follows f ON f.viewer_id = ${userId} AND f.anchor_id = ${anchorId}
    LEFT JOIN room_restrictions r ON r.room_id = ${roomId} AND r.user_id = ${userId} AND r.lifted_at IS NULL
      AND (r.until IS NULL OR r.until > ${now})`;
  return {
    followedAt: rows[0]?.followedAt ?? null,
    restrictions: rows.flatMap(({ kind, until, reason }) => (kind ? [{ userId, kind, until, reason }] : [])),
  };
}

/** All of a room that are in force. Their number is bounded where they are imposed. */
export async function listRestrictionsOfRoom(
  db: LiveDb,
  input: { roomId: string; now: Date },
): Promise<RestrictionRow[]> {
  return db.orm
    .select(columns)
    .from(roomRestrictions)
    .where(and(eq(roomRestrictions.roomId, input.roomId), inForce(input.now)));
}

/** The same with names, the newest first. */
export async function listRestrictedViewers(
  db: LiveDb,
  input: { roomId: string; now: Date; limit: number },
): Promise<(RestrictionRow & { nickname: string | null; createdAt: Date })[]> {
  return db.orm
    .select({ ...columns, nickname: users.name, createdAt: roomRestrictions.createdAt })
    .from(roomRestrictions)
    .leftJoin(users, eq(users.id, roomRestrictions.userId))
    .where(and(eq(roomRestrictions.roomId, input.roomId), inForce(input.now)))
    .orderBy(desc(roomRestrictions.createdAt), desc(roomRestrictions.id))
    .limit(input.limit);
}

/** `above`: it was imposed by somebody whom the caller may not overrule. */
export type Imposed =
  | { outcome: "imposed" | "unchanged"; until: Date | null }
  | { outcome: "full" }
  | { outcome: "above" };

/** Who imposes or undoes. What an operator does is also written down among the operators' actions. */
export interface Moderation {
  moderatorId: string;
  isOperator: boolean;
  /** Overrules only whom the anchor lets moderate, too: not the anchor, nor an operator. */
  isAppointed: boolean;
  traceId: string;
  now: Date;
}

interface HeldRow {
  created_by: string;
  until: Date | null;
  reason: string | null;
  created_at: Date;
}

/**
 * Kicks or mutes. What is in force of that kind is replaced, unless it is for the same length and reason: then nothing
 * changes. `full` when the room has `roomMax` restrictions in force already.
 * Locks: the room's row, so that two calls at once impose one.
 */
export async function imposeRestriction(
  db: LiveDb,
  input: RestrictionKey &
    Moderation & {
      id: string;
      until: Date | null;
      reason: string | null;
      hidesWords: boolean;
      roomMax: number;
    },
): Promise<Imposed> {
  const { id, roomId, userId, kind, until, reason, hidesWords, moderatorId, now, roomMax } = input;
  return await inTransaction(db.sql, async (tx): Promise<Imposed> => {
    await tx`SELECT 1 FROM rooms WHERE id = ${roomId} FOR UPDATE`;
    const [current] = await tx<HeldRow[]>`
      SELECT until, reason, created_at, created_by FROM room_restrictions
      WHERE room_id = ${roomId} AND user_id = ${userId} AND kind = ${kind} AND lifted_at IS NULL
        AND (until IS NULL OR until > ${now})`;
    if (current && !(await mayOverrule(tx, input, current))) return { outcome: "above" };
    if (current && current.reason === reason && isSameLength(current, until, now)) {
      return { outcome: "unchanged", until: current.until };
    }
    // What has run out is put away, so that looking through a room costs what is in force.
    await tx`
      UPDATE room_restrictions SET lifted_at = until
      WHERE room_id = ${roomId} AND lifted_at IS NULL AND until <= ${now}`;
    const [held] = await tx<{ rows: number }[]>`
      SELECT count(*)::int AS rows FROM room_restrictions WHERE room_id = ${roomId} AND lifted_at IS NULL`;
    if (!current && (held?.rows ?? 0) >= roomMax) return { outcome: "full" };
    await tx`
      UPDATE room_restrictions SET lifted_at = ${now}, lifted_by = ${moderatorId}
      WHERE room_id = ${roomId} AND user_id = ${userId} AND kind = ${kind} AND lifted_at IS NULL`;
    await tx`
      INSERT INTO room_restrictions (id, room_id, user_id, kind, until, reason, created_by, created_at)
      VALUES (${id}, ${roomId}, ${userId}, ${kind}, ${until}, ${reason}, ${moderatorId}, ${now})`;
    await recordModeration(tx, input, {
      before: current ?? null,
      after: { until, reason, ...(hidesWords && { hidesWords }) },
    });
    return { outcome: "imposed", until };
  });
}

function isSameLength(current: HeldRow, until: Date | null, now: Date): boolean {
  if (until === null || current.until === null) return until === current.until;
  const currentMs = current.until.getTime() - current.created_at.getTime();
  return Math.abs(until.getTime() - now.getTime() - currentMs) < SAME_LENGTH_MS;
}

/** Whom an appointed moderator overrules was appointed as well, now or before. */
async function mayOverrule(
  tx: Sql,
  { roomId, moderatorId, isAppointed }: { roomId: string } & Moderation,
  current: HeldRow,
): Promise<boolean> {
  if (!isAppointed || current.created_by === moderatorId) return true;
  const [appointed] = await tx`
    SELECT 1 FROM room_moderators WHERE room_id = ${roomId} AND user_id = ${current.created_by}`;
  return appointed !== undefined;
}

/**
 * Undoes a kick or a mute. `none` when there was none in force; `above` when it was imposed by somebody whom the caller may
 * not overrule.
 * Locks: the room's row.
 */
export async function liftRestriction(
  db: LiveDb,
  input: RestrictionKey & Moderation,
): Promise<"lifted" | "none" | "above"> {
  const { roomId, userId, kind, moderatorId, now } = input;
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT 1 FROM rooms WHERE id = ${roomId} FOR UPDATE`;
    const [current] = await tx<HeldRow[]>`
      SELECT until, reason, created_at, created_by FROM room_restrictions
      WHERE room_id = ${roomId} AND user_id = ${userId} AND kind = ${kind} AND lifted_at IS NULL
        AND (until IS NULL OR until > ${now})`;
    if (current && !(await mayOverrule(tx, input, current))) return "above";
    const [lifted] = await tx<HeldRow[]>`
      UPDATE room_restrictions SET lifted_at = ${now}, lifted_by = ${moderatorId}
      WHERE room_id = ${roomId} AND user_id = ${userId} AND kind = ${kind} AND lifted_at IS NULL
        AND (until IS NULL OR until > ${now})
      RETURNING until, reason, created_at, created_by`;
    if (!lifted) return "none";
    await recordModeration(tx, input, { before: lifted, after: null });
    return "lifted";
  });
}

/** Makes every process read the room's restrictions anew, and writes down what an operator did. */
async function recordModeration(
  tx: Sql,
  input: RestrictionKey & Moderation,
  change: { before: object | null; after: { until: Date | null; reason: string | null } | null },
): Promise<void> {
  const { roomId, userId, kind, moderatorId, isOperator, traceId } = input;
  await tx`UPDATE rooms SET restrictions_version = restrictions_version + 1 WHERE id = ${roomId}`;
  if (!isOperator) return;
  await insertOperatorAction(tx, {
    actorId: moderatorId,
    action: change.after ? `room.${kind}` : `room.un${kind}`,
    subject: `user:${userId}`,
    before: change.before,
    after: { roomId, ...change.after },
    reason: change.after?.reason ?? null,
    traceId,
  });
}

/**
 * A guest who signs in keeps what was imposed on the guest, except where nothing may be imposed: in a room of one's own,
 * or on an operator.
 */
export async function moveRestrictions(
  db: LiveDb,
  input: { fromUserId: string; toUserId: string },
): Promise<void> {
  const { fromUserId, toUserId } = input;
  await db.sql`
    WITH moved AS (
      UPDATE room_restrictions r SET user_id = ${toUserId}
      FROM rooms o
      WHERE r.user_id = ${fromUserId} AND o.id = r.room_id AND o.anchor_id <> ${toUserId}
        AND NOT EXISTS (SELECT 1 FROM users WHERE id = ${toUserId} AND role = 'operator')
      RETURNING r.room_id
    )
    UPDATE rooms SET restrictions_version = restrictions_version + 1 WHERE id IN (SELECT room_id FROM moved)`;
}
