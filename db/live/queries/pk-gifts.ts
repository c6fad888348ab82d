import type { LiveDb, Sql } from "@/db/client";
import type { PkBooster, PkGift } from "@/domain/rules/pk-fold";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { giftsWithin, lastSeqsArray } from "../ledger/gift-feed";

interface GiftRow {
  sender_id: string;
  anonymous: boolean;
  room_id: string;
  gift_id: string;
  total_coins: string;
  sent_ms: string;
}
const toGift = (row: GiftRow): PkGift => ({
  senderId: row.sender_id,
  anonymous: row.anonymous,
  roomId: row.room_id,
  giftId: row.gift_id,
  totalCoins: Number(row.total_coins),
  sentAtMs: Number(row.sent_ms),
});

interface Window {
  roomIds: readonly string[];
  fromMs: number;
  toMs: number;
}

const within = (sql: Sql, { roomIds, fromMs, toMs }: Window) => sql`
  r.room_id = ANY(${[...roomIds]}::uuid[]) AND r.sent_at >= ${new Date(fromMs)} AND r.sent_at < ${new Date(toMs)}`;
const columns = (sql: Sql) => sql`
  r.sender_id, r.anonymous, r.room_id, r.gift_id, r.total_coins, (extract(epoch FROM r.sent_at) * 1000)::bigint AS sent_ms`;

/** Gifts of these numbers that were given in these rooms in that time. */
export async function listPkGifts(
  sql: Sql,
  ranges: ReadonlyMap<number, SeqRange>,
  window: Window,
): Promise<PkGift[]> {
  const rows = await sql<GiftRow[]>`
    SELECT ${columns(sql)} FROM ${giftsWithin(sql, ranges)} WHERE ${within(sql, window)}`;
  return rows.map(toGift);
}

/** Those of them that refunds of these numbers gave back. */
export async function listPkRefunds(
  sql: Sql,
  input: Window & { afterSeq: number; toSeq: number },
): Promise<PkGift[]> {
  const rows = await sql<GiftRow[]>`
    SELECT ${columns(sql)} FROM gift_refunds f JOIN gift_records r ON r.bucket = f.bucket AND r.seq = f.seq
    WHERE f.refund_seq > ${input.afterSeq} AND f.refund_seq <= ${input.toSeq} AND ${within(sql, input)}`;
  return rows.map(toGift);
}

/** How far each bucket has given out numbers, by bucket, and refunds. */
export async function readPkFeedEnd(sql: Sql): Promise<{ seqs: number[]; refundSeq: number }> {
  const [row] = await sql<{ seqs: string[]; refund_seq: string | null }[]>`
    SELECT ${lastSeqsArray(sql)} AS seqs, (SELECT last_seq FROM refund_counter) AS refund_seq`;
  return { seqs: (row?.seqs ?? []).map(Number), refundSeq: Number(row?.refund_seq ?? 0) };
}

export async function listPkBoosters(db: Pick<LiveDb, "sql">, pkId: string): Promise<PkBooster[]> {
  const rows = await db.sql<{ room_id: string; factor_percent: number; from_at: Date; to_at: Date }[]>`
    SELECT room_id, factor_percent, from_at, to_at FROM pk_boosters WHERE pk_id = ${pkId} ORDER BY from_at`;
  return rows.map((row) => ({
    roomId: row.room_id,
    factorPercent: row.factor_percent,
    fromMs: row.from_at.getTime(),
    toMs: row.to_at.getTime(),
  }));
}

/**
 * In which battle a paid gift was given, and whether it counted; null outside of any. Looked up when somebody asks, by room and
 * time, so that giving and debiting carry nothing of it.
 */
export async function findPkOfGift(
  { sql }: Pick<LiveDb, "sql">,
  gift: { senderId: string; giftOrderId: string },
): Promise<{ pkId: string; isCounted: boolean } | null> {
  const [row] = await sql<{ pk_id: string; counted: boolean }[]>`
    SELECT b.pk_id, r.sent_at < b.window_to AND (b.counts <> 'gift' OR b.gift_id = r.gift_id)
      AND (b.to_seqs IS NULL OR r.seq <= b.to_seqs[r.bucket + 1]) AS counted
    FROM gift_records r JOIN pk_sides s ON s.room_id = r.room_id JOIN pk_battles b ON b.pk_id = s.pk_id
    WHERE r.gift_order_id = ${gift.giftOrderId} AND r.sender_id = ${gift.senderId} AND s.state <> 'declined'
      AND b.window_from <= r.sent_at AND coalesce(b.closed_at, 'infinity') > r.sent_at
    ORDER BY b.window_from DESC LIMIT 1`;
  return row ? { pkId: row.pk_id, isCounted: row.counted } : null;
}
