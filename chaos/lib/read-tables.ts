import type { FinanceDb, LiveDb, Sql } from "@/db/client";
import { isStandingRange } from "@/db/finance/queries/effective";
import { keyOf } from "./violation";

/** What both databases hold of money, as far as histories are compared with it. */
export interface MoneyTables {
  /** Paid gifts of the senders asked about, by `giftOrderId userId`. */
  gifts: ReadonlyMap<string, readonly GiftRow[]>;
  /** How often an order of theirs stands as failed. */
  failures: ReadonlyMap<string, number>;
  buckets: readonly { bucket: number; lastSeq: number; records: number; cursor: number }[];
  ranges: readonly { bucket: number; fromSeq: number; toSeq: number }[];
  /** Of all gifts there are, and of all that were settled. */
  giftCoins: number;
  settledCoins: number;
  accounts: readonly { accountId: string; balanceCoins: number; entriesCoins: number }[];
  claims: readonly { rainId: string; packetIndex: number; userId: string; claimId: string; coins: number }[];
  /** Packets that were shown and could not be kept, and what the platform paid instead. */
  madeGood: readonly { userId: string; claimId: string; coins: number }[];
}

export interface GiftRow {
  bucket: number;
  seq: number;
  totalCoins: number;
  /** Trades that paid for it, and their coins together. */
  trades: number;
  tradeCoins: number;
}

/** Reads everything at rest: call it when nothing is under way any more. `since` leaves out what is older than the run. */
export async function readMoneyTables(
  { live, finance }: { live: LiveDb; finance: FinanceDb },
  since: Date,
): Promise<MoneyTables> {
  const [gifts, failures, buckets, accounts, claims, madeGood, ranges, settled] = await Promise.all([
    readGifts(live.sql, since),
    readFailures(live.sql, since),
    live.sql<{ bucket: number; last_seq: string; records: string; coins: string }[]>`
      SELECT b.bucket, b.last_seq, count(r.seq) AS records, coalesce(sum(r.total_coins), 0) AS coins
      FROM gift_buckets b LEFT JOIN gift_records r ON r.bucket = b.bucket GROUP BY b.bucket, b.last_seq`,
    readAccounts(live.sql),
    live.sql<{ rain_id: string; packet_index: number; user_id: string; claim_id: string; coins: string }[]>`
      SELECT rain_id, packet_index, user_id, claim_id, coins FROM rain_claims WHERE created_at >= ${since}`,
    readMadeGood(live.sql, since),
    finance.sql<{ bucket: number; from_seq: string; to_seq: string }[]>`
      SELECT bucket, from_seq, to_seq FROM settlement_ranges r WHERE ${isStandingRange(finance.sql)}`,
    finance.sql<{ coins: string; cursors: { bucket: number; last_seq: number }[] }[]>`
      SELECT (SELECT coalesce(sum(coins), 0) FROM settlement_lines) AS coins,
        (SELECT json_agg(json_build_object('bucket', bucket, 'last_seq', last_seq)) FROM settlement_cursors) AS cursors`,
  ]);
  const cursors = new Map(settled[0]?.cursors.map((row) => [row.bucket, row.last_seq]));
  return {
    gifts,
    failures,
    buckets: buckets.map((row) => ({
      bucket: row.bucket,
      lastSeq: Number(row.last_seq),
      records: Number(row.records),
      cursor: cursors.get(row.bucket) ?? 0,
    })),
    ranges: ranges.map((row) => ({
      bucket: row.bucket,
      fromSeq: Number(row.from_seq),
      toSeq: Number(row.to_seq),
    })),
    giftCoins: buckets.reduce((sum, row) => sum + Number(row.coins), 0),
    settledCoins: Number(settled[0]?.coins),
    accounts,
    claims: claims.map((row) => ({
      rainId: row.rain_id,
      packetIndex: row.packet_index,
      userId: row.user_id,
      claimId: row.claim_id,
      coins: Number(row.coins),
    })),
    madeGood,
  };
}

async function readGifts(sql: Sql, since: Date): Promise<Map<string, GiftRow[]>> {
  const rows = await sql<
    {
      gift_order_id: string;
      sender_id: string;
      bucket: number;
      seq: string;
      total_coins: string;
      trades: string;
      trade_coins: string;
    }[]
  >`
    SELECT r.gift_order_id, r.sender_id, r.bucket, r.seq, r.total_coins, count(t.id) AS trades,
      coalesce(sum(t.amount_coins), 0) AS trade_coins
    FROM gift_records r
    LEFT JOIN trades t ON t.biz_id = r.gift_order_id AND t.trade_type = 'gift' AND t.account_id = r.sender_id
    WHERE r.created_at >= ${since}
    GROUP BY r.gift_order_id, r.sender_id, r.bucket, r.seq, r.total_coins`;
  const gifts = new Map<string, GiftRow[]>();
  for (const row of rows) {
    const key = keyOf(row.gift_order_id, row.sender_id);
    gifts.set(key, [
      ...(gifts.get(key) ?? []),
      {
        bucket: row.bucket,
        seq: Number(row.seq),
        totalCoins: Number(row.total_coins),
        trades: Number(row.trades),
        tradeCoins: Number(row.trade_coins),
      },
    ]);
  }
  return gifts;
}

async function readFailures(sql: Sql, since: Date): Promise<Map<string, number>> {
  const rows = await sql<{ gift_order_id: string; sender_id: string; failures: string }[]>`
    SELECT gift_order_id, sender_id, count(*) AS failures FROM gift_failures
    WHERE created_at >= ${since} GROUP BY gift_order_id, sender_id`;
  return new Map(rows.map((row) => [keyOf(row.gift_order_id, row.sender_id), Number(row.failures)]));
}

async function readAccounts(sql: Sql): Promise<MoneyTables["accounts"]> {
  const rows = await sql<{ id: string; balance: string; entries: string }[]>`
    WITH entries AS (
      SELECT account_id AS id, -amount_coins AS coins FROM trades
      UNION ALL SELECT counter_account_id, amount_coins FROM trades
    ), sums AS (SELECT id, sum(coins) AS coins FROM entries GROUP BY id)
    SELECT coalesce(a.id, s.id) AS id, coalesce(a.balance_coins, 0) AS balance, coalesce(s.coins, 0) AS entries
    FROM ledger_accounts a FULL JOIN sums s ON s.id = a.id`;
  return rows.map((row) => ({
    accountId: row.id,
    balanceCoins: Number(row.balance),
    entriesCoins: Number(row.entries),
  }));
}

async function readMadeGood(sql: Sql, since: Date): Promise<MoneyTables["madeGood"]> {
  const rows = await sql<{ user_id: string; claim_id: string; paid_coins: string }[]>`
    SELECT user_id, claim_id, paid_coins FROM rain_lost_packets WHERE created_at >= ${since}`;
  return rows.map((row) => ({ userId: row.user_id, claimId: row.claim_id, coins: Number(row.paid_coins) }));
}
