import type { FinanceDb, Sql } from "@/db/client";
import { insertOperatorAction, type OperatorAction } from "@/db/operator-actions";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { PayoutHoldKind } from "@/domain/contracts/withdrawal";

export type { PayoutHoldKind };

export interface NewPayoutHold {
  /** Placing the same hold again changes nothing. */
  id: string;
  anchorId: string;
  kind: PayoutHoldKind;
  reason: string;
  /** Null holds until it is lifted. */
  until: Date | null;
  placedBy: string;
  traceId: string;
}

export interface PayoutHold extends NewPayoutHold {
  createdAt: Date;
}

/**
 * Takes the lock that everything about an anchor's payouts goes by: the row of their earnings, made where there is none
 * yet, for a row that is not there cannot be locked.
 */
export async function lockEarnings(sql: Sql, anchorId: string): Promise<void> {
  await sql`INSERT INTO anchor_earnings (anchor_id) VALUES (${anchorId}) ON CONFLICT DO NOTHING`;
  await sql`SELECT 1 FROM anchor_earnings WHERE anchor_id = ${anchorId} FOR UPDATE`;
}

/**
 * From its commit on, no order of this anchor's is permitted any more. One that was permitted before may still be on its
 * way to the provider, for as long as `pay-withdrawals.ts` says. Returns false when this hold was placed before; throws
 * when its id is another hold's, for nothing would be held then.
 *
 * Locks: the earnings of the anchor.
 */
export async function placePayoutHold(
  db: FinanceDb,
  hold: NewPayoutHold,
  action: OperatorAction | null = null,
): Promise<boolean> {
  return await inTransaction(db.sql, async (sql) => {
    await lockEarnings(sql, hold.anchorId);
    const { count } = await sql`
      INSERT INTO payout_holds (id, anchor_id, kind, reason, until, placed_by, trace_id)
      VALUES (${hold.id}, ${hold.anchorId}, ${hold.kind}, ${hold.reason}, ${hold.until?.toISOString() ?? null},
        ${hold.placedBy}, ${hold.traceId})
      ON CONFLICT (id) DO NOTHING`;
    if (count === 0) {
      const same = await sql`
        SELECT 1 FROM payout_holds WHERE id = ${hold.id} AND anchor_id = ${hold.anchorId} AND kind = ${hold.kind}`;
      if (same.length === 0) throw new Error("A payout hold has the id of another one.");
      return false;
    }
    if (action) await insertOperatorAction(sql, action);
    return true;
  });
}

/**
 * What waited for it is looked at again at once. Returns false when it was lifted before, or never placed.
 *
 * Locks: the earnings of the anchor, then the hold, then withdrawals.
 */
export async function liftPayoutHold(
  db: FinanceDb,
  input: { id: string; liftedBy: string },
  action: OperatorAction | null = null,
): Promise<boolean> {
  return await inTransaction(db.sql, async (sql) => {
    const [hold] = await sql<{ anchor_id: string }[]>`
      SELECT anchor_id FROM payout_holds WHERE id = ${input.id}`;
    if (!hold) return false;
    await lockEarnings(sql, hold.anchor_id);
    const { count } = await sql`
      UPDATE payout_holds SET lifted_at = now(), lifted_by = ${input.liftedBy}
      WHERE id = ${input.id} AND lifted_at IS NULL`;
    if (count === 0) return false;
    await sql`
      UPDATE withdrawals SET next_attempt_at = least(next_attempt_at, now())
      WHERE anchor_id = ${hold.anchor_id} AND status = 'approved'`;
    if (action) await insertOperatorAction(sql, action);
    return true;
  });
}

export async function findPayoutHold(
  db: FinanceDb,
  id: string,
): Promise<{ anchorId: string; kind: PayoutHoldKind; reason: string; liftedAt: Date | null } | undefined> {
  const [row] = await db.sql<
    { anchorId: string; kind: PayoutHoldKind; reason: string; liftedAt: Date | null }[]
  >`SELECT anchor_id AS "anchorId", kind, reason, lifted_at AS "liftedAt" FROM payout_holds WHERE id = ${id}`;
  return row;
}

/** The holds that stand at `at`. Whoever pays reads them under the lock of the anchor's earnings. */
export async function listPayoutHolds(sql: Sql, anchorId: string, at: Date): Promise<PayoutHold[]> {
  return await listPayoutHoldsOf(sql, [anchorId], at);
}

/** The same of several anchors, oldest first. */
export async function listPayoutHoldsOf(
  sql: Sql,
  anchorIds: readonly string[],
  at: Date,
): Promise<PayoutHold[]> {
  return await sql<PayoutHold[]>`
    SELECT id, anchor_id AS "anchorId", kind, reason, until, placed_by AS "placedBy", trace_id AS "traceId",
      created_at AS "createdAt"
    FROM payout_holds
    WHERE anchor_id = ANY(${arrayLiteral(anchorIds)}::uuid[]) AND lifted_at IS NULL
      AND (until IS NULL OR until > ${at.toISOString()})
    ORDER BY created_at`;
}
