import { readCursors, settle } from "@/db/finance/queries/settle";
import { listGiftsAfter, readLastSeqs } from "@/db/live/queries/gifts-to-settle";
import { counter, gauge } from "@/server/observability/metrics";
import type { GiftToSettle } from "@/server/rules/settle-gifts";
import type { Resources } from "../context";

const settledTotal = counter("downpour_settled_gifts_total", "Gifts settled to anchors");
const behind = gauge("downpour_settlement_lag_gifts", "Paid gifts not yet settled");
const gapsTotal = gauge(
  "downpour_settlement_gaps",
  "Buckets with a missing number: settlement stands still there",
);

/**
 * One round of settlement: takes what was paid since each bucket's cursor and settles it. A missing number is an alarm;
 * everything before it is settled and nothing after it.
 *
 * @returns whether more is waiting than one round takes.
 */
export async function settleNewGifts(
  resources: Pick<Resources, "live" | "finance" | "push" | "log">,
  limitPerBucket: number,
): Promise<{ settledGifts: number; more: boolean }> {
  const cursors = await readCursors(resources.finance);
  const lastSeqs = await readLastSeqs(resources.live);
  const open = new Map([...cursors].filter(([bucket, seq]) => (lastSeqs.get(bucket) ?? 0) > seq));
  behind.set([...open].reduce((sum, [bucket, seq]) => sum + (lastSeqs.get(bucket) ?? 0) - seq, 0));
  if (open.size === 0) return { settledGifts: 0, more: false };

  const gifts = await listGiftsAfter(resources.live, open, limitPerBucket);
  const { settled, earned } = await settle(resources.finance, gifts, open);
  const gaps = [...settled.gaps, ...findMissingEnds(gifts, open, lastSeqs, limitPerBucket)];
  gapsTotal.set(gaps.length);
  for (const gap of gaps) {
    resources.log.error(
      gap,
      "a gift number is missing; settlement of this bucket stands still until it is found",
    );
  }
  const settledGifts = settled.lines.reduce((sum, line) => sum + line.gifts, 0);
  settledTotal.inc(settledGifts);
  const full = new Map<number, number>();
  for (const gift of gifts) full.set(gift.bucket, (full.get(gift.bucket) ?? 0) + 1);
  const more = settledGifts > 0 && [...full.values()].some((count) => count >= limitPerBucket);

  // The studio also asks by itself; a lost message only delays its figure.
  resources.push
    .sendUserEvents(
      earned.map(({ anchorId, earnedFen, gifts: count }) => ({
        userId: anchorId,
        event: "earnings.updated",
        data: { earnedFen, gifts: count },
      })),
    )
    .catch((error: unknown) => resources.log.warn({ reason: String(error) }, "announcing earnings failed"));
  return { settledGifts, more };
}

/**
 * Buckets that gave out numbers which are not there, with nothing after them that would show the gap. The numbers were
 * read before the gifts and become visible with them, so that none of them can still be on its way.
 */
function findMissingEnds(
  gifts: readonly GiftToSettle[],
  cursors: ReadonlyMap<number, number>,
  lastSeqs: ReadonlyMap<number, number>,
  limitPerBucket: number,
): { bucket: number; expectedSeq: number; lastSeq: number }[] {
  const found = new Map([...cursors].map(([bucket, seq]) => [bucket, { count: 0, seq }]));
  for (const { bucket, seq } of gifts) found.set(bucket, { count: (found.get(bucket)?.count ?? 0) + 1, seq });
  return [...found].flatMap(([bucket, { count, seq }]) => {
    const lastSeq = lastSeqs.get(bucket) ?? 0;
    return count < limitPerBucket && seq < lastSeq ? [{ bucket, expectedSeq: seq + 1, lastSeq }] : [];
  });
}
