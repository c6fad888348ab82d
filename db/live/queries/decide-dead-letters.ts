import type { LiveDb, Sql } from "@/db/client";
import { type Approval, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { DeadLetterAction, DeadLetterEffect, DeadLetterStatus } from "@/domain/contracts/dead-letters";
import type { DeadLetterFacts } from "@/domain/rules/dead-letter";

export interface DeadLetterRow extends Omit<DeadLetterFacts, "fieldsHash"> {
  id: string;
  isTold: boolean;
  userName: string | null;
  status: DeadLetterStatus;
  effect: DeadLetterEffect | null;
  effectId: string | null;
  isEffectDue: boolean;
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAt: Date | null;
  note: string | null;
  createdAt: Date;
}

interface RawLetter {
  id: string;
  queue: DeadLetterFacts["queue"];
  bucket: number;
  entry_id: string;
  fields: string;
  reason: string;
  is_told: boolean;
  gift_order_id: string | null;
  user_id: string | null;
  user_name: string | null;
  rain_id: string | null;
  packet_index: number | null;
  coins: string | null;
  trace_id: string | null;
  status: DeadLetterStatus;
  effect: DeadLetterEffect | null;
  effect_id: string | null;
  is_effect_due: boolean;
  decided_by: string | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  note: string | null;
  created_at: Date;
}

const toRow = (raw: RawLetter): DeadLetterRow => ({
  id: raw.id,
  queue: raw.queue,
  bucket: raw.bucket,
  entryId: raw.entry_id,
  fields: raw.fields,
  reason: raw.reason,
  isTold: raw.is_told,
  giftOrderId: raw.gift_order_id,
  userId: raw.user_id,
  userName: raw.user_name,
  rainId: raw.rain_id,
  packetIndex: raw.packet_index,
  coins: raw.coins === null ? null : Number(raw.coins),
  traceId: raw.trace_id,
  status: raw.status,
  effect: raw.effect,
  effectId: raw.effect_id,
  isEffectDue: raw.is_effect_due,
  decidedBy: raw.decided_by,
  decidedByName: raw.decided_by_name,
  decidedAt: raw.decided_at,
  note: raw.note,
  createdAt: raw.created_at,
});

const withNames = (sql: Sql) => sql`
  SELECT d.*, u.name AS user_name, o.name AS decided_by_name FROM dead_letters d
  LEFT JOIN users u ON u.id = d.user_id LEFT JOIN users o ON o.id = d.decided_by`;

/** Newest first, below an id. */
export async function listDeadLetters(
  db: LiveDb,
  input: {
    queue: DeadLetterFacts["queue"] | null;
    status: DeadLetterStatus | null;
    belowId: string | null;
    limit: number;
  },
): Promise<DeadLetterRow[]> {
  const { queue, status, belowId, limit } = input;
  const rows = await db.sql<RawLetter[]>`
    ${withNames(db.sql)}
    WHERE (${queue}::text IS NULL OR d.queue = ${queue}::text) AND (${status}::text IS NULL OR d.status = ${status}::text)
      AND (${belowId}::uuid IS NULL OR d.id < ${belowId}::uuid)
    ORDER BY d.id DESC LIMIT ${limit}`;
  return rows.map(toRow);
}

export async function findDeadLetter(db: LiveDb, id: string): Promise<DeadLetterRow | undefined> {
  const [row] = await db.sql<RawLetter[]>`${withNames(db.sql)} WHERE d.id = ${id}`;
  return row && toRow(row);
}

/** Decided ones whose effect outside this database is still due, oldest first. */
export async function listDueDeadLetters(
  db: LiveDb,
  input: { settledMs: number; limit: number },
): Promise<DeadLetterRow[]> {
  const rows = await db.sql<RawLetter[]>`
    ${withNames(db.sql)}
    WHERE d.is_effect_due AND d.decided_at < now() - ${input.settledMs} * interval '1 ms' ORDER BY d.id LIMIT ${input.limit}`;
  return rows.map(toRow);
}

export async function markEffectDone(db: LiveDb, id: string): Promise<void> {
  await db.sql`UPDATE dead_letters SET is_effect_due = false WHERE id = ${id} AND is_effect_due`;
}

export interface LetterDecision {
  status: Exclude<DeadLetterStatus, "open">;
  effect: DeadLetterEffect;
  effectId: string | null;
  /** Whether something is left to be done outside this database. */
  isEffectDue: boolean;
}

/**
 * Decides on an open dead letter, once, however many do so at once: what `decide` does, the decision and its audit row
 * are one transaction. What `decide` throws undoes all of it.
 * Lock order: the dead letter, then whatever `decide` locks.
 *
 * @returns undefined when there is none; `isDecided` false, with its row as it stands, when it was decided before.
 */
export async function decideDeadLetterOnce(
  db: LiveDb,
  by: {
    deadLetterId: string;
    action: DeadLetterAction;
    actorId: string;
    reason: string;
    traceId: string;
    approval: Approval | undefined;
  },
  decide: (tx: Sql, letter: DeadLetterRow) => Promise<LetterDecision>,
): Promise<{ isDecided: boolean; letter: DeadLetterRow } | undefined> {
  const { deadLetterId, action, actorId, reason, traceId, approval } = by;
  return await inTransaction(db.sql, async (tx) => {
    const [raw] = await tx<RawLetter[]>`
      SELECT *, NULL AS user_name, NULL AS decided_by_name FROM dead_letters WHERE id = ${deadLetterId} FOR UPDATE`;
    if (!raw) return undefined;
    const letter = toRow(raw);
    if (letter.status !== "open") return { isDecided: false, letter };
    const decision = await decide(tx, letter);
    const { status, effect, effectId, isEffectDue } = decision;
    await tx`
      UPDATE dead_letters SET status = ${status}, effect = ${effect}, effect_id = ${effectId}, is_effect_due = ${isEffectDue},
        decided_by = ${actorId}, decided_at = now(), note = ${reason}
      WHERE id = ${deadLetterId} AND status = 'open'`;
    const { queue, giftOrderId, userId, rainId, packetIndex, coins } = letter;
    await insertOperatorAction(tx, {
      actorId,
      action: `dead-letter.${action}`,
      subject: `dead-letter:${deadLetterId}`,
      before: { status: "open", queue, giftOrderId, userId, rainId, packetIndex, coins },
      after: { status, effect, effectId },
      reason,
      traceId,
      approval,
    });
    return { isDecided: true, letter: { ...letter, ...decision } };
  });
}
