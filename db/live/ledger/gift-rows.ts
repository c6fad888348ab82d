import type { Sql } from "@/db/client";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { arrayLiteral } from "@/db/pg-array";
import type { GiftFailureReason, GiftQueueEntry } from "@/domain/contracts/gift";
import type { Spent } from "@/domain/rules/spending";

// What one batch of gifts writes; `post-gifts.ts` decides it and holds the locks.

/** A queue entry with the bucket it was read from. */
export interface QueuedGift extends GiftQueueEntry {
  bucket: number;
}

/** Records, trades, clearing accounts and bucket numbers in one statement, so that the rows travel once. */
export function insertSettled(
  tx: Sql,
  rows: readonly QueuedGift[],
  seqs: readonly number[],
  lastSeq: ReadonlyMap<number, number>,
) {
  const touched = [...new Set(rows.map((r) => r.bucket))];
  // Gifts of a moment go to few rooms: their ids travel once, and each gift says the how-manieth.
  const positions = new Map<string, number>();
  const position = (id: string): number => {
    const known = positions.get(id);
    if (known !== undefined) return known;
    positions.set(id, positions.size + 1);
    return positions.size;
  };
  const anchors = rows.map((r) => position(r.anchorId));
  const rooms = rows.map((r) => position(r.roomId));
  const sessions = rows.map((r) => position(r.sessionId));
  return tx`
    WITH records AS (
      INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
        price_coins, total_coins, combo_id, anonymous, trace_id, sent_at, created_at)
      SELECT bucket, seq, gift_order_id, sender_id, ids[anchor], ids[room], ids[session], gift_id, count,
        price_coins, price_coins * count, combo_id, anonymous = 1, trace_id, least(sent_at, now()), now()
      FROM (SELECT ${arrayLiteral([...positions.keys()])}::uuid[] AS ids), unnest(
        ${arrayLiteral(rows.map((r) => r.bucket))}::smallint[], ${arrayLiteral(seqs)}::bigint[],
        ${arrayLiteral(rows.map((r) => r.giftOrderId))}::uuid[], ${arrayLiteral(rows.map((r) => r.senderId))}::uuid[],
        ${arrayLiteral(anchors)}::int[], ${arrayLiteral(rooms)}::int[],
        ${arrayLiteral(sessions)}::int[], ${arrayLiteral(rows.map((r) => r.giftId))}::text[],
        ${arrayLiteral(rows.map((r) => r.count))}::int[], ${arrayLiteral(rows.map((r) => r.priceCoins))}::bigint[],
        ${arrayLiteral(rows.map((r) => r.comboId))}::uuid[], ${arrayLiteral(rows.map((r) => (r.anonymous ? 1 : 0)))}::int[],
        ${arrayLiteral(rows.map((r) => r.traceId))}::text[], ${arrayLiteral(rows.map((r) => r.sentAt))}::timestamptz[]
      ) AS g (bucket, seq, gift_order_id, sender_id, anchor, room, session, gift_id, count, price_coins,
        combo_id, anonymous, trace_id, sent_at)
      RETURNING bucket, gift_order_id, sender_id, total_coins, trace_id, created_at
    ), clearing (bucket, account_id, last_seq) AS (
      SELECT * FROM unnest(
        ${arrayLiteral(touched)}::smallint[],
        ${arrayLiteral(touched.map((b) => systemAccountId("gift_clearing", b)))}::uuid[],
        ${arrayLiteral(touched.map((b) => lastSeq.get(b) ?? 0))}::bigint[])
    ), posted AS (
      INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
      SELECT r.sender_id, c.account_id, 'gift', r.gift_order_id, r.total_coins, r.trace_id, r.created_at
      FROM records r JOIN clearing c USING (bucket)
    ), cleared AS (
      UPDATE ledger_accounts a SET balance_coins = a.balance_coins + s.coins, version = a.version + 1
      FROM (SELECT bucket, sum(total_coins)::bigint AS coins FROM records GROUP BY bucket) s JOIN clearing c USING (bucket)
      WHERE a.id = c.account_id
    )
    UPDATE gift_buckets b SET last_seq = c.last_seq FROM clearing c WHERE b.bucket = c.bucket`;
}

export interface Payment {
  place: string;
  /** Before. */
  version: number;
  coins: number;
  spent: Spent;
}

/**
 * The rows are locked, so that they lie where they lay, and what was spent is written as computed from what they held.
 * Finding them by their place saves looking each up a second time.
 */
export async function updateWallets(tx: Sql, payments: readonly Payment[]): Promise<void> {
  const { count } = await tx`
    UPDATE ledger_accounts a SET balance_coins = a.balance_coins - s.coins, version = a.version + 1,
      spent_day = s.day, spent_day_coins = s.day_coins, spent_month_coins = s.month_coins
    FROM unnest(${arrayLiteral(payments.map((p) => p.place))}::tid[],
      ${arrayLiteral(payments.map((p) => p.version))}::bigint[], ${arrayLiteral(payments.map((p) => p.coins))}::bigint[],
      ${arrayLiteral(payments.map((p) => p.spent.day))}::date[],
      ${arrayLiteral(payments.map((p) => p.spent.dayCoins))}::bigint[],
      ${arrayLiteral(payments.map((p) => p.spent.monthCoins))}::bigint[]) AS s (place, version, coins, day, day_coins, month_coins)
    WHERE a.ctid = s.place AND a.version = s.version`;
  if (count !== payments.length) throw new Error("A wallet that pays was not where it was locked.");
}

/** Orders that ended without being paid. */
export function insertFailures(tx: Sql, rows: readonly QueuedGift[], reasons: readonly GiftFailureReason[]) {
  return tx`
    INSERT INTO gift_failures (sender_id, gift_order_id, anchor_id, room_id, gift_id, count, price_coins, total_coins,
      reason, trace_id, sent_at, created_at)
    SELECT sender_id, gift_order_id, anchor_id, room_id, gift_id, count, price_coins, price_coins * count,
      reason, trace_id, least(sent_at, now()), now()
    FROM unnest(
      ${arrayLiteral(rows.map((r) => r.senderId))}::uuid[], ${arrayLiteral(rows.map((r) => r.giftOrderId))}::uuid[],
      ${arrayLiteral(rows.map((r) => r.anchorId))}::uuid[], ${arrayLiteral(rows.map((r) => r.roomId))}::uuid[],
      ${arrayLiteral(rows.map((r) => r.giftId))}::text[], ${arrayLiteral(rows.map((r) => r.count))}::int[],
      ${arrayLiteral(rows.map((r) => r.priceCoins))}::bigint[], ${arrayLiteral(reasons)}::text[],
      ${arrayLiteral(rows.map((r) => r.traceId))}::text[], ${arrayLiteral(rows.map((r) => r.sentAt))}::timestamptz[]
    ) AS f (sender_id, gift_order_id, anchor_id, room_id, gift_id, count, price_coins, reason, trace_id, sent_at)`;
}
