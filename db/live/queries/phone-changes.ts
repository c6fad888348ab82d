import type { LiveDb } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction, isTaken } from "@/db/transaction";

export type PhoneChangeStatus = "asked" | "proven" | "done" | "refused";

export interface PhoneChange {
  id: string;
  oldIndex: string;
  newIndex: string;
  status: PhoneChangeStatus;
  heldUntil: Date | null;
  noticedAt: Date | null;
}

/** How long a change may take from being asked for to both codes. */
const ASKED_FOR = "10 minutes";
/** And until it is done, should it be cut off. */
const PROVEN_FOR = "60 minutes";

const toDate = (at: Date | string | null) => (at === null ? null : new Date(at));

/** Where a person's number stands; null for guests. */
export async function findSealedPhone(
  { sql }: Pick<LiveDb, "sql">,
  userId: string,
): Promise<{ phoneIndex: string; phoneCipher: string } | null> {
  const [row] = await sql<{ phoneIndex: string; phoneCipher: string }[]>`
    SELECT phone_index AS "phoneIndex", phone_cipher AS "phoneCipher" FROM users
    WHERE id = ${userId} AND phone_index IS NOT NULL`;
  return row ?? null;
}

export async function isPhoneTaken({ sql }: Pick<LiveDb, "sql">, phoneIndex: string): Promise<boolean> {
  const rows = await sql`SELECT 1 FROM users WHERE phone_index = ${phoneIndex}`;
  return rows.length > 0;
}

/**
 * Notes that a change is asked for. The same one may be asked for again as long as nothing was proven. Returns false when
 * the id is of another change, or of one that went on.
 */
export async function askPhoneChange(
  db: LiveDb,
  change: {
    id: string;
    userId: string;
    sessionId: string;
    oldIndex: string;
    newIndex: string;
    traceId: string;
  },
): Promise<boolean> {
  const { id, userId, sessionId, oldIndex, newIndex, traceId } = change;
  const { count } = await db.sql`
    INSERT INTO phone_changes AS c (id, user_id, session_id, old_index, new_index, status, trace_id)
    VALUES (${id}, ${userId}, ${sessionId}, ${oldIndex}, ${newIndex}, 'asked', ${traceId})
    ON CONFLICT (id) DO UPDATE SET created_at = now(), trace_id = excluded.trace_id
    WHERE c.user_id = excluded.user_id AND c.session_id = excluded.session_id AND c.old_index = excluded.old_index
      AND c.new_index = excluded.new_index AND c.status = 'asked'`;
  return count === 1;
}

/** A change that this session may go on with. Undefined when there is none, or it has taken too long. */
export async function findPhoneChange(
  db: LiveDb,
  input: { id: string; userId: string; sessionId: string },
): Promise<PhoneChange | undefined> {
  const [row] = await db.sql<PhoneChange[]>`
    SELECT id, old_index AS "oldIndex", new_index AS "newIndex", status, held_until AS "heldUntil",
      noticed_at AS "noticedAt"
    FROM phone_changes
    WHERE id = ${input.id} AND user_id = ${input.userId} AND session_id = ${input.sessionId}
      AND (status IN ('done', 'refused')
        OR created_at > now() - CASE status WHEN 'asked' THEN ${ASKED_FOR}::interval ELSE ${PROVEN_FOR}::interval END)`;
  return row && { ...row, heldUntil: toDate(row.heldUntil), noticedAt: toDate(row.noticedAt) };
}

/** Both codes were right: from now on the change needs none any more. */
export async function provePhoneChange(db: LiveDb, id: string, heldUntil: Date | null): Promise<void> {
  await db.sql`
    UPDATE phone_changes SET status = 'proven', held_until = ${heldUntil?.toISOString() ?? null}
    WHERE id = ${id} AND status = 'asked'`;
}

export async function markPhoneChangeNoticed(db: LiveDb, id: string): Promise<void> {
  await db.sql`UPDATE phone_changes SET noticed_at = now() WHERE id = ${id}`;
}

export async function refusePhoneChange(db: LiveDb, id: string): Promise<void> {
  await db.sql`
    UPDATE phone_changes SET status = 'refused', ended_at = now() WHERE id = ${id} AND status IN ('asked', 'proven')`;
}

/**
 * Puts the new number in the place of the old one and ends every other session of the person. `refused` when the number
 * belongs to somebody, or the person has another than when the change was asked for. Doing it again changes nothing.
 *
 * Locks: the change, then the person.
 */
export async function carryOutPhoneChange(
  db: LiveDb,
  change: {
    id: string;
    userId: string;
    sessionId: string;
    phoneCipher: string;
    /** What the record of it may show of both numbers. */
    masked: { before: string; after: string };
    traceId: string;
  },
): Promise<{ outcome: "done"; endedSessionIds: string[] } | { outcome: "refused" }> {
  const { id, userId, sessionId, phoneCipher, masked, traceId } = change;
  try {
    return await inTransaction(db.sql, async (tx) => {
      const [asked] = await tx<{ status: PhoneChangeStatus; old_index: string; new_index: string }[]>`
        SELECT status, old_index, new_index FROM phone_changes WHERE id = ${id} AND user_id = ${userId} FOR UPDATE`;
      if (asked?.status === "done") return { outcome: "done" as const, endedSessionIds: [] };
      if (asked?.status !== "proven") return { outcome: "refused" as const };
      const { count } = await tx`
        UPDATE users SET phone_index = ${asked.new_index}, phone_cipher = ${phoneCipher},
          phone_number_verified = true, updated_at = now()
        WHERE id = ${userId} AND phone_index = ${asked.old_index} AND banned IS NOT TRUE`;
      if (count !== 1) {
        await tx`UPDATE phone_changes SET status = 'refused', ended_at = now() WHERE id = ${id}`;
        return { outcome: "refused" as const };
      }
      await tx`UPDATE phone_changes SET status = 'done', ended_at = now() WHERE id = ${id}`;
      const ended = await tx<{ id: string }[]>`
        DELETE FROM auth_sessions WHERE user_id = ${userId} AND id <> ${sessionId} RETURNING id`;
      await insertOperatorAction(tx, {
        actorId: userId,
        action: "phone.change",
        subject: `user:${userId}`,
        before: { phone: masked.before },
        after: { phone: masked.after, changeId: id, endedSessions: ended.length },
        reason: "Codes from both numbers",
        traceId,
      });
      return { outcome: "done" as const, endedSessionIds: ended.map((row) => row.id) };
    });
  } catch (error) {
    // Somebody signed up with it in this moment.
    if (!isTaken(error)) throw error;
    await refusePhoneChange(db, id);
    return { outcome: "refused" };
  }
}

/** The latest change that came to its end, for the person to see. */
export async function findLastPhoneChange(
  db: LiveDb,
  userId: string,
): Promise<{ at: Date; heldUntil: Date | null } | null> {
  const [row] = await db.sql<{ at: Date | string; held_until: Date | string | null }[]>`
    SELECT ended_at AS at, held_until FROM phone_changes WHERE user_id = ${userId} AND status = 'done'
    ORDER BY created_at DESC LIMIT 1`;
  return row ? { at: new Date(row.at), heldUntil: toDate(row.held_until) } : null;
}
