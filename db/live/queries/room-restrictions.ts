import { and, count, desc, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { roomRestrictions, rooms, users } from "@/db/live/schema";

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
const isOf = ({ roomId, userId, kind }: RestrictionKey) =>
  and(
    eq(roomRestrictions.roomId, roomId),
    eq(roomRestrictions.userId, userId),
    eq(roomRestrictions.kind, kind),
  );

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

export type Imposed = { outcome: "imposed" | "unchanged"; until: Date | null } | { outcome: "full" };

/**
 * Kicks or mutes. What is in force of that kind is replaced, unless it is for the same length and reason: then nothing
 * changes. `full` when the room has `roomMax` restrictions in force already.
 * Locks: the room's row, so that two calls at once impose one.
 */
export async function imposeRestriction(
  db: LiveDb,
  input: RestrictionKey & {
    id: string;
    until: Date | null;
    reason: string | null;
    createdBy: string;
    now: Date;
    roomMax: number;
  },
): Promise<Imposed> {
  const { id, roomId, userId, kind, until, reason, createdBy, now, roomMax } = input;
  const lengthMs = until && until.getTime() - now.getTime();
  return db.orm.transaction(async (tx) => {
    await tx.select({ id: rooms.id }).from(rooms).where(eq(rooms.id, roomId)).for("update");
    const [current] = await tx
      .select({
        until: roomRestrictions.until,
        reason: roomRestrictions.reason,
        at: roomRestrictions.createdAt,
      })
      .from(roomRestrictions)
      .where(and(isOf(input), inForce(now)));
    if (current && current.reason === reason) {
      const currentMs = current.until && current.until.getTime() - current.at.getTime();
      const isSame =
        lengthMs === null || currentMs === null
          ? lengthMs === currentMs
          : Math.abs(lengthMs - currentMs) < SAME_LENGTH_MS;
      if (isSame) return { outcome: "unchanged", until: current.until };
    }
    // What has run out is put away, so that looking through a room costs what is in force.
    await tx
      .update(roomRestrictions)
      .set({ liftedAt: roomRestrictions.until })
      .where(
        and(
          eq(roomRestrictions.roomId, roomId),
          isNull(roomRestrictions.liftedAt),
          lte(roomRestrictions.until, now),
        ),
      );
    const [held] = await tx
      .select({ rows: count() })
      .from(roomRestrictions)
      .where(and(eq(roomRestrictions.roomId, roomId), isNull(roomRestrictions.liftedAt)));
    if (!current && (held?.rows ?? 0) >= roomMax) return { outcome: "full" };
    await tx
      .update(roomRestrictions)
      .set({ liftedAt: now, liftedBy: createdBy })
      .where(and(isOf(input), isNull(roomRestrictions.liftedAt)));
    await tx
      .insert(roomRestrictions)
      .values({ id, roomId, userId, kind, until, reason, createdBy, createdAt: now });
    await tx
      .update(rooms)
      .set({ restrictionsVersion: sql`${rooms.restrictionsVersion} + 1` })
      .where(eq(rooms.id, roomId));
    return { outcome: "imposed", until };
  });
}

/**
 * Undoes a kick or a mute. Returns false when there was none in force.
 * Locks: the room's row.
 */
export async function liftRestriction(
  db: LiveDb,
  input: RestrictionKey & { liftedBy: string; now: Date },
): Promise<boolean> {
  const { roomId, liftedBy, now } = input;
  return db.orm.transaction(async (tx) => {
    await tx.select({ id: rooms.id }).from(rooms).where(eq(rooms.id, roomId)).for("update");
    const lifted = await tx
      .update(roomRestrictions)
      .set({ liftedAt: now, liftedBy })
      .where(and(isOf(input), inForce(now)))
      .returning({ id: roomRestrictions.id });
    if (lifted.length === 0) return false;
    await tx
      .update(rooms)
      .set({ restrictionsVersion: sql`${rooms.restrictionsVersion} + 1` })
      .where(eq(rooms.id, roomId));
    return true;
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
