import { readSnapshot } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";

/** What was given on each day of the platform's calendar up to cursors, refunds up to theirs taken off. */
export async function readGivenDays(
  db: LiveDb,
  cursors: ReadonlyMap<number, number>,
  refundSeq: number,
): Promise<Map<string, { gifts: number; coins: number }>> {
  // All of the past: it takes longer than a statement otherwise may.
  const rows = await readSnapshot(
    db,
    async (tx) =>
      await tx<{ day: string; gifts: string; coins: string }[]>`
    SELECT ((sent_at AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date::text AS day,
      sum(sign) AS gifts, sum(sign * coins) AS coins
    FROM (
      SELECT r.sent_at, r.total_coins AS coins, 1 AS sign FROM gift_records r
      JOIN unnest(${arrayLiteral([...cursors.keys()])}::smallint[], ${arrayLiteral([...cursors.values()])}::bigint[]) AS c (bucket, seq)
        ON r.bucket = c.bucket AND r.seq <= c.seq
      UNION ALL SELECT sent_at, total_coins, -1 FROM gift_refunds WHERE refund_seq <= ${refundSeq}
    ) AS facts GROUP BY 1`,
  );
  return new Map(rows.map(({ day, gifts, coins }) => [day, { gifts: Number(gifts), coins: Number(coins) }]));
}
