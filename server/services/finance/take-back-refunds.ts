import { readCursors } from "@/db/finance/queries/settle";
import { readShareState } from "@/db/finance/queries/shares";
import { takeBack } from "@/db/finance/queries/take-back";
import { listRefundsAfter } from "@/db/live/ledger/gift-feed";

import { SHARE_BPS_DEFAULT } from "@/domain/rules/money";
import { reverseGifts, takeReversible } from "@/domain/rules/reverse-gifts";
import { buildShareTable } from "@/domain/rules/share";
import { counter, gauge } from "@/platform/observability/metrics";
import type { Resources } from "../context";
import { readOwnRefundCursor } from "../restore/read-refund-cursor";

const reversedTotal = counter("downpour_reversed_gifts_total", "Refunded gifts taken back from anchors");
const gapInRefunds = gauge(
  "downpour_refund_gap",
  "1 while a number of a refund is missing: taking back stands still",
);

/**
 * One round of taking refunds back from anchors and the platform, in the order in which they were made. A refund waits
 * until its gift is settled, and those after it wait with it: none is passed over. A cursor that is of another past than
 * the live database stops all of it (ContradictedCursorError).
 *
 * @returns whether more is ready than one round takes.
 */
export async function takeBackRefunds(
  resources: Pick<Resources, "live" | "finance" | "push" | "log">,
  limit: number,
): Promise<{ reversed: number; more: boolean }> {
  const { live, finance, push, log } = resources;
  const afterSeq = await readOwnRefundCursor(resources);
  const refunds = await listRefundsAfter(live, afterSeq, limit);
  if (refunds.length === 0) return { reversed: 0, more: false };
  const { ready, gap } = takeReversible(refunds, afterSeq, await readCursors(finance));
  gapInRefunds.set(gap ? 1 : 0);
  if (gap)
    log.error(gap, "the number of a refund is missing; nothing after it is taken back until it is found");
  if (ready.length === 0) return { reversed: 0, more: false };
  const { rows, rewindId } = await readShareState(finance);
  const reversals = reverseGifts(ready, buildShareTable(rows), SHARE_BPS_DEFAULT);
  const lastRefund = ready.at(-1)?.mark ?? "";
  const earned = await takeBack(finance, afterSeq, reversals, { rewindId, lastRefund });
  if (!earned) return { reversed: 0, more: true };
  reversedTotal.inc(ready.length);
  push
    .sendUserEvents(
      earned.map(({ anchorId, earnedFen, gifts }) => ({
        userId: anchorId,
        event: "earnings.updated",
        data: { earnedFen, gifts },
      })),
    )
    .catch((error: unknown) => log.warn({ reason: String(error) }, "announcing earnings failed"));
  return { reversed: ready.length, more: refunds.length === limit && ready.length === limit };
}
