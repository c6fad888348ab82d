import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { COUNTED_BY_DAY, type DaySum, readCountedDays } from "@/db/finance/queries/audit-analytics";
import { readGiftFeed, readRefundFeed } from "@/db/live/ledger/gift-feed";
import { readGivenDays } from "@/db/live/queries/audit-analytics";

import type { Difference } from "@/domain/contracts/reconciliation";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import type { AuditResources, Outcome } from "./check";

/**
 * What analytics counted, by day in each of its tables, against gifts and refunds up to its cursors. Finance is
 * read first: what it has counted was committed in the live database before.
 */
export async function checkAnalytics({
  live,
  finance,
}: Pick<AuditResources, "live" | "finance">): Promise<Outcome> {
  const { places, days, otherPeople } = await readCountedDays(finance);
  const differences: Difference[] = ALL_BUCKETS.filter((bucket) => !places.buckets.has(bucket)).map(
    (bucket) => ({ subject: `bucket:${bucket}`, expected: "a cursor of analytics", actual: null, facts: {} }),
  );
  const cursors = seqsOf(places.buckets);
  const feed = await readGiftFeed(live, cursors);
  const refundFeed = await readRefundFeed(live, places.refunds.seq);
  const all = [
    ...[...places.buckets].map(
      ([bucket, place]) =>
        [`bucket:${bucket}`, place, feed.get(bucket) ?? { lastSeq: 0, mark: null }] as const,
    ),
    ["cursor:analytics-refunds", places.refunds, refundFeed] as const,
  ];
  for (const [subject, cursor, place] of all) {
    if (!findContradiction(subject, cursor, place)) continue;
    const facts = {
      what: "the cursor of analytics is of another past",
      cursorSeq: cursor.seq,
      lastSeq: place.lastSeq,
    };
    differences.push({ subject, expected: cursor.mark, actual: place.mark, facts });
  }
  const given = await readGivenDays(live, cursors, places.refunds.seq);
  for (const key of new Set([...given.keys(), ...days.keys()])) {
    const [expected, counted] = [given.get(key), days.get(key)];
    if (differences.length >= DIFFERENCES_MAX) break;
    differences.push(...compareDay(key, expected, counted));
  }
  for (const { table, day } of otherPeople.slice(0, Math.max(0, DIFFERENCES_MAX - differences.length))) {
    const facts = { table, what: "its sets of people are not those of the pairs" };
    differences.push({ subject: `day:${day}`, expected: "the people of gift_pair_day", actual: null, facts });
  }
  return { compared: days.size + places.buckets.size, differences };
}

const NOTHING: DaySum = { gifts: 0, coins: 0 };

const UNCOUNTED = Object.fromEntries(COUNTED_BY_DAY.map((table) => [table, NOTHING]));

function compareDay(
  day: string,
  given: DaySum = NOTHING,
  counted: Readonly<Record<string, DaySum>> = UNCOUNTED,
): Difference[] {
  return Object.entries(counted).flatMap(([table, sum]) => {
    if (sum.gifts === given.gifts && sum.coins === given.coins) return [];
    const facts = { table, givenGifts: given.gifts, countedGifts: sum.gifts };
    return [{ subject: `day:${day}`, expected: String(given.coins), actual: String(sum.coins), facts }];
  });
}
