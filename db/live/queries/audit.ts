import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";

/** A row that breaks an invariant, as it is shown to an operator. */
export type Breach = Record<string, string | number | boolean | null>;

/** Rows shown for one broken invariant; the rest of a systematic fault looks the same. */
const ROWS_MAX = 20;

export interface LiveAudit {
  accountsSum: Breach[];
  balances: Breach[];
  negativeWallets: Breach[];
  giftsWithoutTrade: Breach[];
  tradesWithoutGift: Breach[];
  sequences: Breach[];
  failedButPaid: Breach[];
}

/** The ledger's own invariants, all on one snapshot. */
export async function auditLive(db: LiveDb): Promise<LiveAudit> {
  return await db.sql.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    return {
      accountsSum: await tx<Breach[]>`
        SELECT sum(balance_coins)::text AS sum_of_all_accounts FROM ledger_accounts HAVING sum(balance_coins) <> 0`,
      balances: await tx<Breach[]>`
        WITH entries AS (
          SELECT account_id AS id, -sum(amount_coins) AS coins FROM trades GROUP BY account_id
          UNION ALL
          SELECT counter_account_id, sum(amount_coins) FROM trades GROUP BY counter_account_id
        ), sums AS (SELECT id, sum(coins) AS coins FROM entries GROUP BY id)
        SELECT coalesce(a.id, s.id)::text AS account, a.kind, a.balance_coins::text AS balance,
          coalesce(s.coins, 0)::text AS sum_of_entries
        FROM ledger_accounts a FULL JOIN sums s ON s.id = a.id
        WHERE a.id IS NULL OR a.balance_coins <> coalesce(s.coins, 0) LIMIT ${ROWS_MAX}`,
      negativeWallets: await tx<Breach[]>`
        SELECT id::text AS account, balance_coins::text AS balance FROM ledger_accounts
        WHERE kind = 'wallet' AND balance_coins < 0 LIMIT ${ROWS_MAX}`,
      giftsWithoutTrade: await tx<Breach[]>`
        SELECT r.bucket, r.seq::text, r.gift_order_id::text, r.sender_id::text, r.total_coins::text,
          t.amount_coins::text AS trade_coins, t.trace_id = r.trace_id AS same_trace
        FROM gift_records r
        LEFT JOIN trades t ON t.biz_id = r.gift_order_id AND t.trade_type = 'gift' AND t.account_id = r.sender_id
        WHERE t.id IS NULL OR t.amount_coins <> r.total_coins OR t.trace_id <> r.trace_id LIMIT ${ROWS_MAX}`,
      tradesWithoutGift: await tx<Breach[]>`
        SELECT t.id::text AS trade, t.biz_id::text AS gift_order_id, t.account_id::text AS sender_id
        FROM trades t LEFT JOIN gift_records r ON r.gift_order_id = t.biz_id AND r.sender_id = t.account_id
        WHERE t.trade_type = 'gift' AND r.seq IS NULL LIMIT ${ROWS_MAX}`,
      sequences: await tx<Breach[]>`
        SELECT b.bucket, b.last_seq::text, count(r.seq)::text AS records, min(r.seq)::text AS first, max(r.seq)::text AS last
        FROM gift_buckets b LEFT JOIN gift_records r ON r.bucket = b.bucket
        GROUP BY b.bucket, b.last_seq
        HAVING count(r.seq) <> b.last_seq OR coalesce(max(r.seq), 0) <> b.last_seq OR coalesce(min(r.seq), 1) <> 1
        LIMIT ${ROWS_MAX}`,
      failedButPaid: await tx<Breach[]>`
        SELECT f.gift_order_id::text, f.sender_id::text, f.reason FROM gift_failures f
        JOIN gift_records r ON r.gift_order_id = f.gift_order_id AND r.sender_id = f.sender_id LIMIT ${ROWS_MAX}`,
    };
  });
}

/** Coins of paid gifts per bucket up to a number. */
export async function sumGiftsUpTo(
  db: LiveDb,
  cursors: ReadonlyMap<number, number>,
): Promise<Map<number, { gifts: number; coins: number }>> {
  const rows = await db.sql.begin("READ ONLY", async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    return await tx<{ bucket: number; gifts: string; coins: string }[]>`
      SELECT r.bucket, count(*) AS gifts, sum(r.total_coins) AS coins
      FROM gift_records r
      JOIN unnest(${arrayLiteral([...cursors.keys()])}::smallint[], ${arrayLiteral([...cursors.values()])}::bigint[]) AS c (bucket, seq)
        ON r.bucket = c.bucket AND r.seq <= c.seq
      GROUP BY r.bucket`;
  });
  return new Map(rows.map((row) => [row.bucket, { gifts: Number(row.gifts), coins: Number(row.coins) }]));
}

/** Wallets by user id in blocks, for comparing with caches. */
export async function listWalletsAfter(
  db: LiveDb,
  afterId: string,
  limit: number,
): Promise<{ id: string; balanceCoins: number; version: number }[]> {
  const rows = await db.sql<{ id: string; balance_coins: string; version: string }[]>`
    SELECT id, balance_coins, version FROM ledger_accounts
    WHERE kind = 'wallet' AND id > ${afterId} ORDER BY id LIMIT ${limit}`;
  return rows.map((row) => ({
    id: row.id,
    balanceCoins: Number(row.balance_coins),
    version: Number(row.version),
  }));
}
