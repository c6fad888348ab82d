import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import type { Difference } from "@/domain/contracts/reconciliation";

export interface Audited {
  compared: number;
  differences: Difference[];
}

/** All accounts together hold nothing: what one has, others owe. */
export async function auditAccountsSum(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [row] = await tx<{ accounts: string; coins: string | null }[]>`
      SELECT count(*) AS accounts, sum(balance_coins)::text AS coins FROM ledger_accounts`;
    const coins = row?.coins ?? "0";
    const differences =
      coins === "0" ? [] : [{ subject: "ledger:all", expected: "0", actual: coins, facts: {} }];
    return { compared: Number(row?.accounts), differences };
  });
}

/** Each account's balance against all entries that name it, and entries that name an account that does not exist. */
export async function auditBalances(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ accounts: string }[]>`SELECT count(*) AS accounts FROM ledger_accounts`;
    const rows = await tx<DifferenceRow[]>`
      WITH entries AS (
        SELECT account_id AS id, -sum(amount_coins) AS coins FROM trades GROUP BY account_id
        UNION ALL
        SELECT counter_account_id, sum(amount_coins) FROM trades GROUP BY counter_account_id
      ), sums AS (SELECT id, sum(coins) AS coins FROM entries GROUP BY id
      ), wrong AS (
        SELECT coalesce(a.id, s.id) AS id, coalesce(a.kind, 'missing') AS kind, a.balance_coins, s.coins
        FROM ledger_accounts a FULL JOIN sums s ON s.id = a.id
        WHERE a.id IS NULL OR a.balance_coins <> coalesce(s.coins, 0) LIMIT ${DIFFERENCES_MAX})
      SELECT CASE w.kind WHEN 'wallet' THEN 'wallet:' ELSE 'account:' END || w.id AS subject,
        coalesce(w.coins, 0)::text AS expected, w.balance_coins::text AS actual, w.kind,
        (SELECT t.trace_id FROM trades t
          WHERE t.account_id = w.id OR (t.counter_account_id = w.id AND t.trade_type <> 'gift')
          ORDER BY t.id DESC LIMIT 1) AS "lastTraceId"
      FROM wrong w`;
    return { compared: Number(count?.accounts), differences: toDifferences(rows) };
  });
}

export async function auditNegativeWallets(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ wallets: string }[]>`
      SELECT count(*) AS wallets FROM ledger_accounts WHERE kind = 'wallet'`;
    const rows = await tx<DifferenceRow[]>`
      SELECT 'wallet:' || id AS subject, NULL AS expected, balance_coins::text AS actual FROM ledger_accounts
      WHERE kind = 'wallet' AND balance_coins < 0 LIMIT ${DIFFERENCES_MAX}`;
    return { compared: Number(count?.wallets), differences: toDifferences(rows) };
  });
}

/** Gift records against the trades that paid for them, both ways, and failed orders that were paid all the same. */
export async function auditGiftTrades(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ gifts: string }[]>`SELECT count(*) AS gifts FROM gift_records`;
    const rows = await tx<DifferenceRow[]>`
      (SELECT 'gift-order:' || r.gift_order_id AS subject, r.total_coins::text AS expected, t.amount_coins::text AS actual,
        'a gift without its trade' AS what, r.sender_id::text AS "senderId", r.trace_id AS "traceId",
        t.trace_id AS "otherTraceId", r.bucket, r.seq::text AS seq
      FROM gift_records r
      LEFT JOIN trades t ON t.biz_id = r.gift_order_id AND t.trade_type = 'gift' AND t.account_id = r.sender_id
      WHERE t.id IS NULL OR t.amount_coins <> r.total_coins OR t.trace_id <> r.trace_id LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'gift-order:' || t.biz_id, NULL, t.amount_coins::text, 'a trade without its gift', t.account_id::text,
        t.trace_id, NULL, NULL, NULL
      FROM trades t LEFT JOIN gift_records r ON r.gift_order_id = t.biz_id AND r.sender_id = t.account_id
      WHERE t.trade_type = 'gift' AND r.seq IS NULL LIMIT ${DIFFERENCES_MAX})
      UNION ALL
      (SELECT 'gift-order:' || f.gift_order_id, '0', r.total_coins::text, 'a failed order that was paid',
        f.sender_id::text, r.trace_id, f.trace_id, r.bucket, r.seq::text
      FROM gift_failures f
      JOIN gift_records r ON r.gift_order_id = f.gift_order_id AND r.sender_id = f.sender_id LIMIT ${DIFFERENCES_MAX})`;
    return { compared: Number(count?.gifts), differences: toDifferences(rows) };
  });
}

/** The gift numbers of each bucket run from 1 to its counter. */
export async function auditSequences(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ buckets: string }[]>`SELECT count(*) AS buckets FROM gift_buckets`;
    const rows = await tx<DifferenceRow[]>`
      SELECT 'bucket:' || b.bucket AS subject, b.last_seq::text AS expected, count(r.seq)::text AS actual,
        min(r.seq)::text AS "firstSeq", max(r.seq)::text AS "lastSeq"
      FROM gift_buckets b LEFT JOIN gift_records r ON r.bucket = b.bucket
      GROUP BY b.bucket, b.last_seq
      HAVING count(r.seq) <> b.last_seq OR coalesce(max(r.seq), 0) <> b.last_seq OR coalesce(min(r.seq), 1) <> 1
      LIMIT ${DIFFERENCES_MAX}`;
    return { compared: Number(count?.buckets), differences: toDifferences(rows) };
  });
}
