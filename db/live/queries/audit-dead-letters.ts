import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import type { Audited } from "./audit-ledger";

/** What was decided on dead letters against what came of it in the books. One snapshot. */
export async function auditDeadLetters(db: LiveDb, dueMsMax: number): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ letters: string }[]>`SELECT count(*) AS letters FROM dead_letters`;
    const rows = await tx<DifferenceRow[]>`
      WITH standing AS (
        SELECT d.*, r.one IS NOT NULL AS is_paid, f.one IS NOT NULL AS is_failed FROM dead_letters d
        LEFT JOIN LATERAL (SELECT 1 AS one FROM gift_records
          WHERE gift_order_id = d.gift_order_id AND sender_id = d.user_id LIMIT 1) r ON true
        LEFT JOIN LATERAL (SELECT 1 AS one FROM gift_failures
          WHERE gift_order_id = d.gift_order_id AND sender_id = d.user_id LIMIT 1) f ON true
      ), wrong AS (
        SELECT s.*, 'an order that was told has no end' AS what FROM standing s
        WHERE is_told AND NOT is_paid AND NOT is_failed
        UNION ALL
        SELECT s.*, 'what was decided is not carried out' FROM standing s
        WHERE is_effect_due AND decided_at < now() - ${dueMsMax} * interval '1 ms'
        UNION ALL
        SELECT s.*, 'ended as failed without a record' FROM standing s WHERE effect = 'failed' AND NOT is_failed
        UNION ALL
        SELECT s.*, 'given back without a refund' FROM standing s
        WHERE effect = 'refund' AND NOT EXISTS (SELECT 1 FROM gift_refunds g WHERE g.refund_id = s.effect_id
          AND g.gift_order_id = s.gift_order_id AND g.sender_id = s.user_id)
        UNION ALL
        SELECT s.*, 'credited without a claim' FROM standing s
        WHERE effect = 'escrow' AND NOT EXISTS (SELECT 1 FROM rain_claims c WHERE c.rain_id = s.rain_id
          AND c.packet_index = s.packet_index AND c.user_id = s.user_id AND c.coins = s.coins)
        UNION ALL
        SELECT s.*, 'paid by the platform without a trade' FROM standing s
        WHERE effect = 'promotion' AND NOT EXISTS (
          SELECT 1 FROM trades t JOIN ledger_accounts a ON a.id = t.account_id AND a.kind = 'promotion'
          WHERE t.biz_id = s.effect_id AND t.trade_type = 'adjustment' AND t.counter_account_id = s.user_id
            AND t.amount_coins = s.coins)
        UNION ALL
        SELECT s.*, 'decided without an audit row' FROM standing s
        WHERE status <> 'open' AND NOT EXISTS (
          SELECT 1 FROM operator_actions o WHERE o.subject = 'dead-letter:' || s.id AND o.actor_id = s.decided_by)
      )
      SELECT 'dead-letter:' || id AS subject, coalesce(effect, 'an end') AS expected, NULL AS actual, what, queue,
        status, gift_order_id AS "giftOrderId", user_id AS "userId", rain_id AS "rainId", packet_index AS "packetIndex",
        coins::float8 AS coins, trace_id AS "traceId"
      FROM wrong ORDER BY id LIMIT ${DIFFERENCES_MAX}`;
    return { compared: Number(count?.letters), differences: toDifferences(rows) };
  });
}

/** A gift that was put into its queue again, has not ended since, and has no later dead letter. */
export interface Requeued {
  deadLetterId: string;
  giftOrderId: string;
  senderId: string;
  traceId: string | null;
}

/** Carried out longer ago than `sinceMs`, after an id, in order. */
export async function listUnendedRequeued(
  db: LiveDb,
  input: { sinceMs: number; afterId: string; limit: number },
): Promise<Requeued[]> {
  const rows = await db.sql<
    { id: string; gift_order_id: string; user_id: string; trace_id: string | null }[]
  >`
    SELECT id, gift_order_id, user_id, trace_id FROM dead_letters d
    WHERE status = 'requeued' AND NOT is_effect_due AND id > ${input.afterId}
      AND decided_at < now() - ${input.sinceMs} * interval '1 ms'
      AND NOT EXISTS (SELECT 1 FROM gift_records r WHERE r.gift_order_id = d.gift_order_id AND r.sender_id = d.user_id)
      AND NOT EXISTS (SELECT 1 FROM gift_failures f WHERE f.gift_order_id = d.gift_order_id AND f.sender_id = d.user_id)
      AND NOT EXISTS (SELECT 1 FROM dead_letters o WHERE o.gift_order_id = d.gift_order_id AND o.user_id = d.user_id
        AND o.id > d.id)
    ORDER BY id LIMIT ${input.limit}`;
  return rows.map((row) => ({
    deadLetterId: row.id,
    giftOrderId: row.gift_order_id,
    senderId: row.user_id,
    traceId: row.trace_id,
  }));
}
