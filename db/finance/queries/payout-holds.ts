import type { FinanceDb, Sql } from "@/db/client";

export type PayoutHoldKind = "restriction" | "phone_changed" | "charge_back" | "operator";

export interface NewPayoutHold {
  /** Placing the same id again changes nothing. */
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
 * From its commit on, no payout of this anchor is started. Returns false when this hold was placed before.
 *
 * Locks: the earnings of the anchor.
 */
export async function placePayoutHold(db: FinanceDb, hold: NewPayoutHold): Promise<boolean> {
  return await db.sql.begin(async (sql) => {
    await sql`SELECT 1 FROM anchor_earnings WHERE anchor_id = ${hold.anchorId} FOR UPDATE`;
    const { count } = await sql`
      INSERT INTO payout_holds (id, anchor_id, kind, reason, until, placed_by, trace_id)
      VALUES (${hold.id}, ${hold.anchorId}, ${hold.kind}, ${hold.reason}, ${hold.until?.toISOString() ?? null},
        ${hold.placedBy}, ${hold.traceId})
      ON CONFLICT (id) DO NOTHING`;
    return count === 1;
  });
}

/** Returns false when it was lifted before, or never placed. */
export async function liftPayoutHold(
  db: FinanceDb,
  input: { id: string; liftedBy: string },
): Promise<boolean> {
  const { count } = await db.sql`
    UPDATE payout_holds SET lifted_at = now(), lifted_by = ${input.liftedBy}
    WHERE id = ${input.id} AND lifted_at IS NULL`;
  return count === 1;
}

/** The holds that stand at `at`. Whoever pays reads them under the lock of the anchor's earnings. */
export async function listPayoutHolds(sql: Sql, anchorId: string, at: Date): Promise<PayoutHold[]> {
  return await sql<PayoutHold[]>`
    SELECT id, anchor_id AS "anchorId", kind, reason, until, placed_by AS "placedBy", trace_id AS "traceId",
      created_at AS "createdAt"
    FROM payout_holds
    WHERE anchor_id = ${anchorId} AND lifted_at IS NULL AND (until IS NULL OR until > ${at.toISOString()})
    ORDER BY created_at`;
}
