import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { type Contradiction, type FeedPlace, findContradiction } from "@/domain/rules/feed-agreement";
import { markOfGift, markOfRefund } from "../ledger/gift-feed";

/** How far each bucket has given out numbers, and the gift that stands under the given one; one snapshot. */
export async function readGiftFeed(
  db: LiveDb,
  seqs: ReadonlyMap<number, number>,
): Promise<Map<number, FeedPlace>> {
  const rows = await db.sql<{ bucket: number; last_seq: string; mark: string | null }[]>`
    SELECT b.bucket, b.last_seq, ${markOfGift(db.sql)} AS mark FROM gift_buckets b
    LEFT JOIN unnest(${arrayLiteral([...seqs.keys()])}::smallint[], ${arrayLiteral([...seqs.values()])}::bigint[])
      AS c (bucket, seq) ON c.bucket = b.bucket
    LEFT JOIN gift_records r ON r.bucket = c.bucket AND r.seq = c.seq`;
  return new Map(rows.map(({ bucket, last_seq, mark }) => [bucket, { lastSeq: Number(last_seq), mark }]));
}

/** The same of refunds. */
export async function readRefundFeed(db: LiveDb, seq: number): Promise<FeedPlace> {
  const [row] = await db.sql<{ last_seq: string; mark: string | null }[]>`
    SELECT c.last_seq, ${markOfRefund(db.sql)} AS mark FROM refund_counter c
    LEFT JOIN gift_refunds f ON f.refund_seq = ${seq}`;
  return { lastSeq: Number(row?.last_seq ?? 0), mark: row?.mark ?? null };
}

/**
 * Cursors of the boards that do not belong to the gifts and refunds beside them. They lie in one database and so go back
 * together, unless somebody has put back some of its tables only.
 */
export async function findContradictedBoards(
  db: LiveDb,
  buckets: readonly number[],
): Promise<Contradiction[]> {
  const rows = await db.sql<
    { bucket: number | null; seq: string; known: string | null; last_seq: string; mark: string | null }[]
  >`
    SELECT c.bucket, c.last_seq AS seq, c.last_gift AS known, b.last_seq, ${markOfGift(db.sql)} AS mark
    FROM supporter_cursors c JOIN gift_buckets b USING (bucket)
    LEFT JOIN gift_records r ON r.bucket = c.bucket AND r.seq = c.last_seq
    WHERE c.bucket = ANY(${arrayLiteral(buckets)}::smallint[])
    UNION ALL
    SELECT NULL, c.last_seq, c.last_refund, n.last_seq, ${markOfRefund(db.sql)}
    FROM supporter_refund_cursor c CROSS JOIN refund_counter n
    LEFT JOIN gift_refunds f ON f.refund_seq = c.last_seq`;
  return rows.flatMap(({ bucket, seq, known, last_seq, mark }) => {
    const subject = bucket === null ? "refunds" : `bucket:${bucket}`;
    const cursor = { seq: Number(seq), mark: known };
    return findContradiction(subject, cursor, { lastSeq: Number(last_seq), mark }) ?? [];
  });
}
