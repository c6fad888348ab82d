import { desc, eq, isNull, or } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { revenueShares } from "@/db/finance/schema";
import { type Approval, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { ShareRow } from "@/domain/rules/share";

/** Advisory lock of the share table: settlement holds it shared, a change alone. */
export const SHARES_LOCK = 7_301;

export interface StoredShare extends ShareRow {
  id: number;
  createdAt: Date;
}

const columns = {
  id: revenueShares.id,
  anchorId: revenueShares.anchorId,
  shareBps: revenueShares.shareBps,
  effectiveAt: revenueShares.effectiveAt,
  createdAt: revenueShares.createdAt,
};

function toShare(row: {
  id: number;
  anchorId: string | null;
  shareBps: number;
  effectiveAt: Date;
  createdAt: Date;
}) {
  const { effectiveAt, ...rest } = row;
  return { ...rest, effectiveAtMs: effectiveAt.getTime() };
}

export async function listAllShares(db: FinanceDb): Promise<StoredShare[]> {
  const rows = await db.orm.select(columns).from(revenueShares).orderBy(desc(revenueShares.effectiveAt));
  return rows.map(toShare);
}

/** The rows that can hold for one anchor: the anchor's own and the platform's. */
export async function listSharesOfAnchor(db: FinanceDb, anchorId: string): Promise<StoredShare[]> {
  const rows = await db.orm
    .select(columns)
    .from(revenueShares)
    .where(or(eq(revenueShares.anchorId, anchorId), isNull(revenueShares.anchorId)));
  return rows.map(toShare);
}

/** What settlement computes with: every share, their version, and the time by which gifts may be settled. */
export interface ShareState {
  rows: ShareRow[];
  /** Grows with each added share. */
  version: number;
  /** Grows each time that settlement goes back. */
  rewindId: number;
  /** The finance database's clock. */
  clockMs: number;
}

/**
 * All shares at one moment. Whoever settles by them checks the version again under the share lock: when it is the same,
 * every share that may still be added begins after `clockMs`, and no gift sent until then can be touched by it.
 */
export async function readShareState(db: FinanceDb): Promise<ShareState> {
  // One statement, one snapshot; the clock is read before the rows are.
  const rows = await db.sql<
    {
      clock_ms: string;
      rewind_id: number;
      id: string | null;
      anchor_id: string | null;
      share_bps: number;
      effective_ms: string;
    }[]
  >`
    WITH clock AS MATERIALIZED (SELECT floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint AS ms)
    SELECT clock.ms AS clock_ms, (SELECT coalesce(max(id), 0) FROM settlement_rewinds) AS rewind_id, s.id, s.anchor_id, s.share_bps,
      ceil(extract(epoch FROM s.effective_at) * 1000)::bigint AS effective_ms
    FROM clock LEFT JOIN revenue_shares s ON true`;
  const shares = rows.filter((row) => row.id !== null);
  return {
    rows: shares.map((row) => ({
      anchorId: row.anchor_id,
      shareBps: row.share_bps,
      effectiveAtMs: Number(row.effective_ms),
    })),
    version: shares.reduce((max, row) => Math.max(max, Number(row.id)), 0),
    rewindId: rows[0]?.rewind_id ?? 0,
    clockMs: Number(rows[0]?.clock_ms),
  };
}

/**
 * Adds a share that holds from a future instant on, by the database's clock, and records who did it. The lock keeps
 * settlement out meanwhile: a gift sent from that instant on is never settled by a reader that could not yet see the row.
 */
export async function insertShare(
  db: FinanceDb,
  input: {
    anchorId: string | null;
    shareBps: number;
    effectiveAt: Date;
    createdBy: string;
    reason: string | null;
    traceId: string;
    approval?: Approval;
  },
): Promise<"inserted" | "in-past" | "exists"> {
  const { anchorId, shareBps, effectiveAt, createdBy, reason, traceId, approval } = input;
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${SHARES_LOCK})`;
    const [clock] = await tx<
      { future: boolean }[]
    >`SELECT ${effectiveAt}::timestamptz > clock_timestamp() AS future`;
    if (!clock?.future) return "in-past";
    const [before] = await tx<{ share_bps: number; effective_at: Date }[]>`
      SELECT share_bps, effective_at FROM revenue_shares
      WHERE anchor_id IS NOT DISTINCT FROM ${anchorId}::uuid AND effective_at < ${effectiveAt}
      ORDER BY effective_at DESC LIMIT 1`;
    const rows = await tx`
      INSERT INTO revenue_shares (anchor_id, share_bps, effective_at, created_by)
      VALUES (${anchorId}, ${shareBps}, ${effectiveAt}, ${createdBy}) ON CONFLICT DO NOTHING RETURNING id`;
    if (rows.length === 0) return "exists";
    await insertOperatorAction(tx, {
      actorId: createdBy,
      action: "share.set",
      subject: anchorId ? `anchor:${anchorId}` : "platform:share",
      before: before ? { shareBps: before.share_bps, effectiveAt: before.effective_at } : null,
      after: { shareBps, effectiveAt },
      reason,
      traceId,
      approval,
    });
    return "inserted";
  });
}
