import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { FinanceDb } from "@/db/client";
import type { Audited } from "@/db/live/queries/audit-ledger";

/** What each anchor has against the lines, refunds and withdrawals it comes from. */
export async function auditEarnings(db: FinanceDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ anchors: string }[]>`SELECT count(*) AS anchors FROM anchor_earnings`;
    const rows = await tx<DifferenceRow[]>`
      WITH parts AS (
        SELECT anchor_id, anchor_fen AS lines, 0 AS reversed, 0 AS frozen, 0 AS withdrawn, gifts, coins
        FROM settlement_lines
        UNION ALL SELECT anchor_id, 0, anchor_fen, 0, 0, 0, 0 FROM settlement_reversals
        UNION ALL
        SELECT anchor_id, 0, 0, CASE WHEN status IN ('requested', 'approved', 'paying') THEN amount_fen ELSE 0 END,
          CASE WHEN status = 'paid' THEN amount_fen ELSE 0 END, 0, 0
        FROM withdrawals
      ), sums AS (
        SELECT anchor_id, sum(lines) - sum(reversed) AS earned, sum(reversed) AS reversed, sum(frozen) AS frozen,
          sum(withdrawn) AS withdrawn, sum(gifts) AS gifts, sum(coins) AS coins
        FROM parts GROUP BY anchor_id)
      SELECT 'anchor:' || coalesce(e.anchor_id, s.anchor_id) AS subject, s.earned::text AS expected,
        e.earned_fen::text AS actual, s.reversed::text AS "expectedReversedFen", e.reversed_fen::text AS "reversedFen",
        s.frozen::text AS "expectedFrozenFen", e.frozen_fen::text AS "frozenFen",
        s.withdrawn::text AS "expectedWithdrawnFen", e.withdrawn_fen::text AS "withdrawnFen",
        s.gifts::text AS "expectedGifts", e.gifts::text AS gifts, s.coins::text AS "expectedCoins",
        e.coins::text AS coins
      FROM anchor_earnings e FULL JOIN sums s ON s.anchor_id = e.anchor_id
      WHERE (coalesce(e.earned_fen, 0), coalesce(e.reversed_fen, 0), coalesce(e.frozen_fen, 0),
          coalesce(e.withdrawn_fen, 0), coalesce(e.gifts, 0), coalesce(e.coins, 0))
        IS DISTINCT FROM (coalesce(s.earned, 0), coalesce(s.reversed, 0), coalesce(s.frozen, 0),
          coalesce(s.withdrawn, 0), coalesce(s.gifts, 0), coalesce(s.coins, 0))
      LIMIT ${DIFFERENCES_MAX}`;
    return { compared: Number(count?.anchors), differences: toDifferences(rows) };
  });
}

/** Each withdrawal stands where the last entry of its history left it. */
export async function auditWithdrawals(db: FinanceDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ withdrawals: string }[]>`SELECT count(*) AS withdrawals FROM withdrawals`;
    const rows = await tx<DifferenceRow[]>`
      WITH last AS (
        SELECT DISTINCT ON (withdrawal_id, anchor_id) withdrawal_id, anchor_id, to_status, trace_id
        FROM withdrawal_events ORDER BY withdrawal_id, anchor_id, id DESC)
      SELECT 'withdrawal:' || coalesce(w.withdrawal_id, l.withdrawal_id) AS subject, l.to_status AS expected,
        w.status AS actual, coalesce(w.anchor_id, l.anchor_id)::text AS "anchorId", w.amount_fen::text AS "amountFen",
        coalesce(w.trace_id, l.trace_id) AS "traceId"
      FROM withdrawals w FULL JOIN last l ON l.withdrawal_id = w.withdrawal_id AND l.anchor_id = w.anchor_id
      WHERE w.status IS DISTINCT FROM l.to_status LIMIT ${DIFFERENCES_MAX}`;
    return { compared: Number(count?.withdrawals), differences: toDifferences(rows) };
  });
}
