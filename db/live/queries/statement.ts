import type { LiveDb } from "@/db/client";
import type { TradeType } from "@/server/contracts/wallet";

export interface StatementRow {
  id: number;
  type: TradeType;
  /** Signed: negative leaves the wallet. */
  amountCoins: number;
  bizId: string;
  /** The gift that a refund gave back. */
  giftOrderId: string | null;
  traceId: string;
  createdAt: Date;
}

/** Trades of one wallet, newest first, below a trade id. Both sides of the ledger are walked by their own index. */
export async function listTrades(
  db: LiveDb,
  input: {
    userId: string;
    belowId: number | null;
    type: TradeType | null;
    from: Date | null;
    to: Date | null;
    limit: number;
  },
): Promise<StatementRow[]> {
  const { sql } = db;
  const filter = sql`
    AND (${input.belowId}::bigint IS NULL OR id < ${input.belowId}::bigint)
    AND (${input.type}::text IS NULL OR trade_type = ${input.type}::text)
    AND (${input.from}::timestamptz IS NULL OR created_at >= ${input.from}::timestamptz)
    AND (${input.to}::timestamptz IS NULL OR created_at < ${input.to}::timestamptz)
    ORDER BY id DESC LIMIT ${input.limit}`;
  const rows = await sql<
    {
      id: string;
      trade_type: TradeType;
      amount: string;
      biz_id: string;
      gift_order_id: string | null;
      trace_id: string;
      created_at: Date;
    }[]
  >`
    SELECT t.id, t.trade_type, t.amount, t.biz_id, t.trace_id, t.created_at, f.gift_order_id FROM (
      (SELECT id, trade_type, -amount_coins AS amount, biz_id, trace_id, created_at
       FROM trades WHERE account_id = ${input.userId} ${filter})
      UNION ALL
      (SELECT id, trade_type, amount_coins AS amount, biz_id, trace_id, created_at
       FROM trades WHERE counter_account_id = ${input.userId} AND trade_type <> 'gift' ${filter})
    ) AS t LEFT JOIN gift_refunds f ON f.refund_id = t.biz_id AND t.trade_type = 'refund'
    ORDER BY t.id DESC LIMIT ${input.limit}`;
  return rows.map((row) => ({
    id: Number(row.id),
    type: row.trade_type,
    amountCoins: Number(row.amount),
    bizId: row.biz_id,
    giftOrderId: row.gift_order_id,
    traceId: row.trace_id,
    createdAt: row.created_at,
  }));
}
