import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import type { Difference } from "@/domain/contracts/reconciliation";
import { coinsOwed, foldStanding } from "@/domain/rules/payment-standing";
import type { Audited } from "./audit-ledger";
import { type RawFact, toStopFacts } from "./payment-events";

const ORDERS_AT_ONCE = 500;

interface OrderRow {
  payment_id: string;
  user_id: string;
  status: string;
  standing: string;
  coins: string;
  amount_fen: string;
  owed_fen: string;
  owed_coins: string;
  taken: string;
  is_due: boolean;
  trace_id: string;
  facts: RawFact[] | null;
}

/**
 * How each payment stands against all that its provider has said, and what was taken for it against what it owes. While
 * somebody is still to bring the books in line, more may be taken than is owed, never more than it bought.
 */
export async function auditPayments(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const differences: Difference[] = [];
    let compared = 0;
    let after = "00000000-0000-0000-0000-000000000000";
    for (;;) {
      const orders = await tx<OrderRow[]>`
        SELECT o.payment_id, o.user_id, o.status, o.standing, o.coins, o.amount_fen, o.owed_fen, o.owed_coins,
          o.recover_at IS NOT NULL AS is_due, o.trace_id,
          (SELECT coalesce(sum(r.coins), 0) FROM chargeback_recoveries r WHERE r.payment_id = o.payment_id)
          - (SELECT coalesce(sum(b.coins), 0) FROM chargeback_returns b WHERE b.payment_id = o.payment_id) AS taken,
          (SELECT json_agg(e) FROM payment_events e WHERE e.payment_id = o.payment_id
            OR (e.payment_id IS NULL AND e.provider = o.provider AND e.charge_ref = o.charge_ref)) AS facts
        FROM recharge_orders o WHERE o.payment_id > ${after} ORDER BY o.payment_id LIMIT ${ORDERS_AT_ONCE}`;
      for (const order of orders) differences.push(...compare(order));
      compared += orders.length;
      const last = orders.at(-1);
      if (!last || orders.length < ORDERS_AT_ONCE) break;
      if (differences.length >= DIFFERENCES_MAX) break;
      after = last.payment_id;
    }
    return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
  });
}

function compare(order: OrderRow): Difference[] {
  const [amountFen, coins, taken] = [Number(order.amount_fen), Number(order.coins), Number(order.taken)];
  const folded = foldStanding(amountFen, toStopFacts(order.facts ?? []));
  const isCredited = order.status === "paid" || order.status === "charged_back";
  // One that was charged back before what providers say was kept owes all.
  const isOld = order.status === "charged_back" && order.standing === "clear";
  const owedCoins = isOld ? coins : Number(order.owed_coins);
  const differ = (what: string, expected: string | number, actual: string | number): Difference => ({
    subject: `recharge:${order.payment_id}`,
    expected: String(expected),
    actual: String(actual),
    facts: { what, userId: order.user_id, status: order.status, traceId: order.trace_id },
  });
  const differences: Difference[] = [];
  if (folded.name !== order.standing) differences.push(differ("standing", folded.name, order.standing));
  if (folded.owedFen !== Number(order.owed_fen))
    differences.push(differ("owed fen", folded.owedFen, order.owed_fen));
  const expectedCoins = isCredited ? coinsOwed({ coins, amountFen }, folded.owedFen) : 0;
  if (expectedCoins !== Number(order.owed_coins))
    differences.push(differ("owed coins", expectedCoins, order.owed_coins));
  if (taken < 0 || taken > (order.is_due ? coins : owedCoins))
    differences.push(differ("taken coins", owedCoins, taken));
  return differences;
}

/**
 * Gifts that were taken back against their refunds, and corrections of recoveries against their trades and against what
 * they correct; both ways.
 */
export async function auditTakeBacks(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ rows: string }[]>`
      SELECT (SELECT count(*) FROM payment_take_backs) + (SELECT count(*) FROM chargeback_returns) AS rows`;
    const rows = await tx<DifferenceRow[]>`
      (SELECT 'refund:' || b.refund_id AS subject, b.coins::text AS expected, f.total_coins::text AS actual,
        'a gift taken back without its refund' AS what, b.payment_id::text AS "paymentId", b.user_id::text AS "userId"
      FROM payment_take_backs b LEFT JOIN gift_refunds f ON f.refund_id = b.refund_id
      WHERE (b.refund_seq, b.gift_order_id, b.user_id, b.anchor_id, b.coins)
        IS DISTINCT FROM (f.refund_seq, f.gift_order_id, f.sender_id, f.anchor_id, f.total_coins)
      LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'recharge:' || b.payment_id, b.coins::text, t.amount_coins::text, 'coins given back without their trade',
        b.payment_id::text, b.user_id::text
      FROM chargeback_returns b
      LEFT JOIN trades t ON t.biz_id = b.return_id AND t.trade_type = 'adjustment' AND t.counter_account_id = b.user_id
      WHERE t.id IS NULL OR t.amount_coins <> b.coins LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'recharge:' || b.payment_id, max(r.coins)::text, sum(b.coins)::text, 'more given back than was taken',
        b.payment_id::text, b.user_id::text
      FROM chargeback_returns b
      LEFT JOIN chargeback_recoveries r ON r.recovery_id = b.recovery_id AND r.payment_id = b.payment_id
        AND r.user_id = b.user_id
      GROUP BY b.recovery_id, b.payment_id, b.user_id
      HAVING max(r.coins) IS NULL OR sum(b.coins) > max(r.coins) LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'account:' || a.id, NULL, t.amount_coins::text, 'coins moved for a payment that nothing accounts for',
        NULL, t.biz_id::text
      FROM ledger_accounts a JOIN trades t ON t.account_id = a.id OR t.counter_account_id = a.id
      LEFT JOIN chargeback_recoveries r ON r.recovery_id = t.biz_id AND r.user_id = t.account_id
      LEFT JOIN chargeback_returns b ON b.return_id = t.biz_id AND b.user_id = t.counter_account_id
      WHERE a.kind = 'recharge_clearing' AND t.trade_type = 'adjustment' AND r.recovery_id IS NULL AND b.return_id IS NULL
      LIMIT ${DIFFERENCES_MAX})`;
    return { compared: Number(count?.rows), differences: toDifferences(rows) };
  });
}
