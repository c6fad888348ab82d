import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { type Contradiction, findContradiction } from "@/domain/rules/feed-agreement";
import { markOfGift, markOfRefund } from "../ledger/gift-feed";

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
