import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { GiftToSettle } from "@/server/rules/settle-gifts";

/** Paid gifts after each bucket's cursor, in order of their numbers, at most `limit` a bucket. */
export async function listGiftsAfter(
  db: LiveDb,
  cursors: ReadonlyMap<number, number>,
  limit: number,
): Promise<GiftToSettle[]> {
  const rows = await db.sql<
    { bucket: number; seq: string; anchor_id: string; total_coins: string; sent_ms: string }[]
  >`
    SELECT g.bucket, g.seq, g.anchor_id, g.total_coins, (extract(epoch FROM g.sent_at) * 1000)::bigint AS sent_ms
    FROM unnest(${arrayLiteral([...cursors.keys()])}::smallint[], ${arrayLiteral([...cursors.values()])}::bigint[])
      AS c (bucket, seq)
    CROSS JOIN LATERAL (
      SELECT bucket, seq, anchor_id, total_coins, sent_at FROM gift_records
      WHERE bucket = c.bucket AND seq > c.seq ORDER BY seq LIMIT ${limit}
    ) g
    ORDER BY g.bucket, g.seq`;
  return rows.map((row) => ({
    bucket: row.bucket,
    seq: Number(row.seq),
    anchorId: row.anchor_id,
    totalCoins: Number(row.total_coins),
    sentAtMs: Number(row.sent_ms),
  }));
}

/** The newest number of each bucket that has given any out. */
export async function readLastSeqs(db: LiveDb): Promise<Map<number, number>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string }[]
  >`SELECT bucket, last_seq FROM gift_buckets`;
  return new Map(rows.map((row) => [row.bucket, Number(row.last_seq)]));
}
