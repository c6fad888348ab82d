import { forgetCounted, readAnalyticsPlaces } from "@/db/finance/queries/analytics-cells";
import { readGiftFeed, readRefundFeed } from "@/db/live/ledger/gift-feed";

import { findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import type { Resources } from "../context";

/**
 * Where the live database was put back behind what analytics has counted, all of it is counted anew: it follows from gifts
 * and refunds, so that nothing else than time is lost. The worker does it as soon as it runs. Safe to repeat.
 *
 * @returns whether there was anything to forget.
 */
export async function reconcileAnalytics({
  live,
  finance,
}: Pick<Resources, "live" | "finance">): Promise<boolean> {
  const { buckets, refunds } = await readAnalyticsPlaces(finance);
  const feed = await readGiftFeed(live, seqsOf(buckets));
  const isContradicted =
    findContradiction("", refunds, await readRefundFeed(live, refunds.seq)) !== null ||
    [...buckets].some(
      ([bucket, cursor]) =>
        findContradiction("", cursor, feed.get(bucket) ?? { lastSeq: 0, mark: null }) !== null,
    );
  if (isContradicted) await forgetCounted(finance);
  return isContradicted;
}
