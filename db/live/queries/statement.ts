import type { LiveDb } from "@/db/client";
import type { StatementAbout, TradeType } from "@/domain/contracts/wallet";

export interface StatementRow {
  id: number;
  type: TradeType;
  /** Signed: negative leaves the wallet. */
  amountCoins: number;
  /** Of the wallet, once this trade was posted. */
  balanceAfterCoins: number;
  bizId: string;
  /** The gift that a refund gave back. */
  giftOrderId: string | null;
  about: StatementAbout | null;
  traceId: string;
  createdAt: Date;
}

interface RawRow {
  id: string;
  trade_type: TradeType;
  amount: string;
  balance_after: string;
  biz_id: string;
  refunded_order_id: string | null;
  trace_id: string;
  created_at: Date;
  gift_id: string | null;
  gift_source: "room" | "pk" | null;
  gift_unit: "coin" | null;
  name_en: string | null;
  name_zh: string | null;
  count: number | null;
  person_id: string | null;
  person_name: string | null;
  order_id: string | null;
  amount_fen: string | null;
  rain_id: string | null;
  is_granted: boolean;
}

/**
 * Trades of one wallet, newest first, below a trade id. Both sides of the ledger are walked by their own index.
 *
 * The balance after a trade is the wallet's balance less everything that came later, read in one statement: it stays right
 * while the wallet moves between two pages, whatever a filter leaves out, and costs what lies above the page. Trades are
 * posted under the wallet's lock, so that their numbers are in the order in which its balance changed.
 */
export async function listTrades(
  db: LiveDb,
  input: {
    userId: string;
    belowId: number | null;
    type: TradeType | null;
    from: Date | null;
    to: Date | null;
    limit: number;
    /** A trade whose balance after it is known already, so that only what lies below it is added up. */
    known?: { id: number; balanceAfterCoins: number };
  },
): Promise<StatementRow[]> {
  const { sql } = db;
  const { userId, known } = input;
  const filter = sql`
    AND (${input.belowId}::bigint IS NULL OR id < ${input.belowId}::bigint)
    AND (${input.type}::text IS NULL OR trade_type = ${input.type}::text)
    AND (${input.from}::timestamptz IS NULL OR created_at >= ${input.from}::timestamptz)
    AND (${input.to}::timestamptz IS NULL OR created_at < ${input.to}::timestamptz)
    ORDER BY id DESC LIMIT ${input.limit}`;
  const range = sql`
    AND id >= (SELECT min(id) FROM page) AND (${known?.id ?? null}::bigint IS NULL OR id <= ${known?.id ?? null}::bigint)`;
  const rows = await sql<RawRow[]>`
    WITH page AS (
      SELECT * FROM (
        (SELECT id, trade_type, -amount_coins AS amount, biz_id, counter_account_id AS other_id, trace_id, created_at
         FROM trades WHERE account_id = ${userId} ${filter})
        UNION ALL
        (SELECT id, trade_type, amount_coins AS amount, biz_id, account_id AS other_id, trace_id, created_at
         FROM trades WHERE counter_account_id = ${userId} AND trade_type <> 'gift' ${filter})
      ) AS both_sides ORDER BY id DESC LIMIT ${input.limit}
    ), moved AS (
      SELECT id, -amount_coins AS amount FROM trades WHERE account_id = ${userId} ${range}
      UNION ALL
      SELECT id, amount_coins AS amount FROM trades WHERE counter_account_id = ${userId} AND trade_type <> 'gift' ${range}
    ), later AS (
      SELECT id, sum(amount) OVER (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS amount FROM moved
    )
    SELECT t.id, t.trade_type, t.amount, t.biz_id, t.trace_id, t.created_at, f.gift_order_id AS refunded_order_id,
      coalesce(${known?.balanceAfterCoins ?? null}::bigint, wallet.balance_coins, 0) - coalesce(later.amount, 0) AS balance_after,
      g.gift_id, g.source AS gift_source, g.unit AS gift_unit, gifts.name_en, gifts.name_zh, g.count, person.id AS person_id, person.name AS person_name,
      paid.order_id, paid.amount_fen, rain.rain_id,
      t.trade_type = 'adjustment' AND t.amount > 0 AND coalesce(other.kind = 'promotion', false) AS is_granted
    FROM page t
    JOIN later ON later.id = t.id
    LEFT JOIN ledger_accounts wallet ON wallet.id = ${userId}
    LEFT JOIN ledger_accounts other ON other.id = t.other_id
    LEFT JOIN gift_refunds f ON f.refund_id = t.biz_id AND t.trade_type = 'refund'
    LEFT JOIN gift_records g ON g.sender_id = ${userId}
      AND g.gift_order_id = CASE t.trade_type WHEN 'gift' THEN t.biz_id WHEN 'refund' THEN f.gift_order_id END
    LEFT JOIN gifts ON gifts.id = g.gift_id
    LEFT JOIN LATERAL (
      SELECT r.rain_id, r.anchor_id FROM rains r
      WHERE t.trade_type IN ('packet_escrow', 'packet_refund') AND r.rain_id = t.biz_id
      UNION ALL
      (SELECT r.rain_id, r.anchor_id FROM rain_claims c JOIN rains r USING (rain_id)
       WHERE t.trade_type = 'packet' AND c.user_id = ${userId} AND c.trace_id = t.trace_id AND c.coins = t.amount LIMIT 1)
    ) rain ON true
    LEFT JOIN chargeback_recoveries taken ON taken.recovery_id = t.biz_id AND t.trade_type = 'adjustment'
    LEFT JOIN chargeback_returns returned ON returned.return_id = t.biz_id AND t.trade_type = 'adjustment'
    LEFT JOIN recharge_orders paid ON paid.payment_id = CASE t.trade_type WHEN 'recharge' THEN t.biz_id
      WHEN 'adjustment' THEN coalesce(taken.payment_id, returned.payment_id) END
    LEFT JOIN users person ON person.id = coalesce(g.anchor_id, rain.anchor_id)
    ORDER BY t.id DESC`;
  return rows.map((row) => ({
    id: Number(row.id),
    type: row.trade_type,
    amountCoins: Number(row.amount),
    balanceAfterCoins: Number(row.balance_after),
    bizId: row.biz_id,
    giftOrderId: row.refunded_order_id,
    about: aboutOf(row),
    traceId: row.trace_id,
    createdAt: row.created_at,
  }));
}

function aboutOf(row: RawRow): StatementAbout | null {
  const { gift_id: giftId, count, order_id: orderId, amount_fen: priceFen, rain_id: rainId } = row;
  const anchor = row.person_id ? { userId: row.person_id, nickname: row.person_name ?? "" } : null;
  if (giftId !== null && count !== null)
    // A gift whose row is gone from the catalogue is known by its id.
    return {
      kind: "gift",
      source: row.gift_source ?? "room",
      unit: row.gift_unit ?? "coin",
      giftId,
      nameEn: row.name_en ?? giftId,
      nameZh: row.name_zh ?? giftId,
      count,
      anchor,
    };
  if (rainId !== null) return { kind: "rain", rainId, anchor };
  if (orderId !== null) return { kind: "payment", orderId, priceFen: Number(priceFen) };
  return row.is_granted ? { kind: "grant" } : null;
}
