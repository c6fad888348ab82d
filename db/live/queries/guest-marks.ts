import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { REMOVED_AT_ONCE } from "./retention";
import type { RestrictionRow } from "./room-restrictions";

/** A guest who comes from ever more browsers and addresses is known by the newest ones. */
const MARKS_OF_GUEST_MAX = 20;

/** Writes down by what a guest may be known again. */
export async function rememberGuestMarks(
  db: LiveDb,
  input: { userId: string; marks: readonly string[]; now: Date },
): Promise<void> {
  const { userId, marks, now } = input;
  await inTransaction(db.sql, async (tx) => {
    await tx`
      INSERT INTO guest_marks (user_id, mark, seen_at)
      SELECT ${userId}, mark, ${now} FROM unnest(${[...marks].sort()}::text[]) AS mark
      ON CONFLICT (user_id, mark) DO UPDATE SET seen_at = EXCLUDED.seen_at`;
    await tx`
      DELETE FROM guest_marks WHERE user_id = ${userId} AND mark IN (
        SELECT mark FROM guest_marks WHERE user_id = ${userId} ORDER BY seen_at DESC OFFSET ${MARKS_OF_GUEST_MAX})`;
  });
}

/**
 * The kicks in force in a room of whoever was a guest in this browser, or at this address. What was said to that person
 * about it is for their own browser only.
 */
export async function listKicksByMarks(
  db: LiveDb,
  input: {
    roomId: string;
    device: string | null;
    address: string | null;
    now: Date;
    /** A kick holds for an address no longer than this. */
    addressDaysMax: number;
  },
): Promise<RestrictionRow[]> {
  const { roomId, device, address, now, addressDaysMax } = input;
  if (device === null && address === null) return [];
  const marks = [device, address].filter((mark) => mark !== null);
  const rows = await db.sql<
    { user_id: string; until: Date | null; reason: string | null; mark: string; address_until: Date }[]
  >`
    SELECT r.user_id, r.until, r.reason, m.mark, r.created_at + make_interval(days => ${addressDaysMax}) AS address_until
    FROM room_restrictions r JOIN guest_marks m ON m.user_id = r.user_id AND m.mark = ANY(${marks}::text[])
    WHERE r.room_id = ${roomId} AND r.kind = 'kick' AND r.lifted_at IS NULL AND (r.until IS NULL OR r.until > ${now})`;
  return rows.map(({ user_id: userId, until, reason, mark, address_until: addressUntil }) => {
    if (mark === device) return { userId, kind: "kick", until, reason };
    const isShorter = until !== null && until < addressUntil;
    return { userId, kind: "kick", until: isShorter ? until : addressUntil, reason: null };
  });
}

/** A guest who was kicked, signs in and out again is still the one who was kicked. Before the kick itself is moved. */
export async function moveGuestMarks(
  db: LiveDb,
  input: { fromUserId: string; toUserId: string },
): Promise<void> {
  const { fromUserId, toUserId } = input;
  await db.sql`
    WITH moved AS (
      DELETE FROM guest_marks WHERE user_id = ${fromUserId} AND EXISTS (
        SELECT 1 FROM room_restrictions WHERE user_id = ${fromUserId} AND kind = 'kick' AND lifted_at IS NULL)
      RETURNING mark, seen_at)
    INSERT INTO guest_marks (user_id, mark, seen_at) SELECT ${toUserId}, mark, seen_at FROM moved
    ON CONFLICT (user_id, mark) DO NOTHING`;
}

/** Removes marks that were last seen before an instant, of whoever no kick holds any more. */
export async function removeOldGuestMarks({ sql }: LiveDb, before: Date): Promise<number> {
  const { count } = await sql`
    DELETE FROM guest_marks WHERE (user_id, mark) IN (
      SELECT user_id, mark FROM guest_marks m WHERE seen_at < ${before} AND NOT EXISTS (
        SELECT 1 FROM room_restrictions r
        WHERE r.user_id = m.user_id AND r.kind = 'kick' AND r.lifted_at IS NULL AND (r.until IS NULL OR r.until > ${before}))
      ORDER BY seen_at LIMIT ${REMOVED_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
  return count;
}
