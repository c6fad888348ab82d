import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import type { Audited } from "./audit-ledger";

/** Paid orders against the trades that credited them, both ways, and coins taken back after a chargeback. */
export async function auditRecharges(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ orders: string }[]>`SELECT count(*) AS orders FROM recharge_orders`;
    const rows = await tx<DifferenceRow[]>`
      WITH paid AS (SELECT * FROM recharge_orders WHERE status IN ('paid', 'charged_back')),
      credits AS (SELECT * FROM trades WHERE trade_type = 'recharge')
      (SELECT 'recharge:' || coalesce(o.payment_id, c.biz_id) AS subject, o.coins::text AS expected,
        c.amount_coins::text AS actual, coalesce(o.user_id, c.counter_account_id)::text AS "userId",
        c.counter_account_id::text AS "creditedTo", coalesce(o.trace_id, c.trace_id) AS "traceId", o.status
      FROM paid o FULL JOIN credits c ON c.biz_id = o.payment_id
      WHERE o.payment_id IS NULL OR c.id IS NULL OR o.coins <> c.amount_coins OR o.user_id <> c.counter_account_id
      LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'recharge:' || r.payment_id, r.coins::text, t.amount_coins::text, r.user_id::text, NULL, r.trace_id,
        'recovered'
      FROM chargeback_recoveries r
      LEFT JOIN trades t ON t.biz_id = r.recovery_id AND t.trade_type = 'adjustment' AND t.account_id = r.user_id
      WHERE t.id IS NULL OR t.amount_coins <> r.coins LIMIT ${DIFFERENCES_MAX})`;
    return { compared: Number(count?.orders), differences: toDifferences(rows) };
  });
}

/** Refunds against their trades and the gifts they gave back, both ways, and their numbers without a gap. */
export async function auditRefunds(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ refunds: string }[]>`SELECT count(*) AS refunds FROM gift_refunds`;
    const rows = await tx<DifferenceRow[]>`
      (SELECT 'refund:' || coalesce(f.refund_id, t.biz_id) AS subject, f.total_coins::text AS expected,
        t.amount_coins::text AS actual, 'a refund without its trade, or the reverse' AS what,
        f.gift_order_id::text AS "giftOrderId", coalesce(f.sender_id, t.counter_account_id)::text AS "senderId",
        coalesce(f.trace_id, t.trace_id) AS "traceId"
      FROM gift_refunds f FULL JOIN (SELECT * FROM trades WHERE trade_type = 'refund') t ON t.biz_id = f.refund_id
      WHERE f.refund_id IS NULL OR t.id IS NULL OR f.total_coins <> t.amount_coins OR f.sender_id <> t.counter_account_id
      LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'refund:' || f.refund_id, f.total_coins::text, r.total_coins::text, 'a refund of another gift',
        f.gift_order_id::text, f.sender_id::text, f.trace_id
      FROM gift_refunds f LEFT JOIN gift_records r ON r.bucket = f.bucket AND r.seq = f.seq
      WHERE (f.gift_order_id, f.sender_id, f.anchor_id, f.total_coins, f.sent_at)
        IS DISTINCT FROM (r.gift_order_id, r.sender_id, r.anchor_id, r.total_coins, r.sent_at) LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      SELECT 'ledger:refunds', c.last_seq::text, count(f.refund_seq)::text, 'numbers of refunds have a gap', NULL, NULL,
        NULL
      FROM refund_counter c LEFT JOIN gift_refunds f ON true
      GROUP BY c.last_seq
      HAVING count(f.refund_seq) <> c.last_seq OR coalesce(max(f.refund_seq), 0) <> c.last_seq`;
    return { compared: Number(count?.refunds), differences: toDifferences(rows) };
  });
}
