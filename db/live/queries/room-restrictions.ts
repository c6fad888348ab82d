import { and, eq, gt, isNull, or } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { roomRestrictions } from "@/db/live/schema";

export interface RestrictionRow {
  kind: "kick" | "mute";
  /** Null means for good. */
  until: Date | null;
}

const inForce = (now: Date) =>
  and(isNull(roomRestrictions.liftedAt), or(isNull(roomRestrictions.until), gt(roomRestrictions.until, now)));

/** The kicks and mutes of a user in a room that are in force. */
export async function listRestrictionsInForce(
  db: LiveDb,
  input: { roomId: string; userId: string; now: Date },
): Promise<RestrictionRow[]> {
  return db.orm
    .select({ kind: roomRestrictions.kind, until: roomRestrictions.until })
    .from(roomRestrictions)
    .where(
      and(
        eq(roomRestrictions.roomId, input.roomId),
        eq(roomRestrictions.userId, input.userId),
        inForce(input.now),
      ),
    );
}

/** A guest who signs in keeps what was imposed on the guest. */
export async function moveRestrictions(
  db: LiveDb,
  input: { fromUserId: string; toUserId: string },
): Promise<void> {
  await db.orm
    .update(roomRestrictions)
    .set({ userId: input.toUserId })
    .where(eq(roomRestrictions.userId, input.fromUserId));
}
