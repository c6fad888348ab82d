import { DIFFERENCES_MAX } from "@/db/audit-rows";
import type { AnchorSum } from "@/db/audit-sums";
import { readSettledSums } from "@/db/finance/queries/audit-lines";
import { readCursorPlaces } from "@/db/finance/queries/settle";
import { readGiftFeed } from "@/db/live/ledger/gift-feed";
import { readPaidSums } from "@/db/live/queries/audit-sums";

import type { Difference } from "@/domain/contracts/reconciliation";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import { pairUp } from "@/domain/rules/pair-up";
import type { AuditResources, Outcome } from "./check";

/**
 * What was settled for each anchor against what the live database was paid, up to each bucket's cursor.
 * Finance is read first: what it has settled was committed in the live database before, never the reverse.
 */
export async function checkSettledSums({ live, finance }: AuditResources): Promise<Outcome> {
  return await readSettledSums(finance, async (cursors, settled) => {
    // Without a cursor the bucket is never settled, and nothing would differ.
    const differences: Difference[] = ALL_BUCKETS.filter((bucket) => !cursors.has(bucket)).map((bucket) => ({
      subject: `bucket:${bucket}`,
      expected: "a cursor",
      actual: null,
      facts: {},
    }));
    differences.push(...(await listContradictedCursors({ live, finance })));
    let compared = 0;
    await readPaidSums(live, cursors, async (paid) => {
      for await (const [one, other] of pairUp(settled, paid, orderSums)) {
        compared += 1;
        if (one?.gifts === other?.gifts && one?.coins === other?.coins) continue;
        if (differences.length < DIFFERENCES_MAX) differences.push(describe(one, other));
      }
    });
    return { compared, differences };
  });
}

/** Under the number of a cursor has to stand the gift that was settled last. */
async function listContradictedCursors({
  live,
  finance,
}: Pick<AuditResources, "live" | "finance">): Promise<Difference[]> {
  const cursors = await readCursorPlaces(finance);
  const feed = await readGiftFeed(live, seqsOf(cursors));
  return [...cursors].flatMap(([bucket, cursor]) => {
    const place = feed.get(bucket) ?? { lastSeq: 0, mark: null };
    if (!findContradiction("", cursor, place)) return [];
    const facts = { what: "the cursor is of another past", cursorSeq: cursor.seq, lastSeq: place.lastSeq };
    return [{ subject: `bucket:${bucket}`, expected: cursor.mark, actual: place.mark, facts }];
  });
}

function orderSums(one: AnchorSum, other: AnchorSum): number {
  if (one.anchorId === other.anchorId) return 0;
  return one.anchorId < other.anchorId ? -1 : 1;
}

function describe(settled: AnchorSum | undefined, paid: AnchorSum | undefined): Difference {
  return {
    subject: `anchor:${(settled ?? paid)?.anchorId ?? ""}`,
    expected: paid ? String(paid.coins) : null,
    actual: settled ? String(settled.coins) : null,
    facts: { paidGifts: paid?.gifts ?? 0, settledGifts: settled?.gifts ?? 0 },
  };
}
