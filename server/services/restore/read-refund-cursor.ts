import { readRefundCursor } from "@/db/finance/queries/take-back";
import { readRefundFeed } from "@/db/live/ledger/gift-feed";

import { findContradiction } from "@/domain/rules/feed-agreement";
import type { Resources } from "../context";
import { requireOwnFeed } from "./require-own-feed";

/**
 * Up to which number refunds are taken back from anchors. Throws ContradictedCursorError when the cursor is of another
 * past than the refunds of the live database.
 */
export async function readOwnRefundCursor(
  resources: Pick<Resources, "live" | "finance" | "log">,
): Promise<number> {
  const cursor = await readRefundCursor(resources.finance);
  const contradiction = findContradiction(
    "refunds",
    cursor,
    await readRefundFeed(resources.live, cursor.seq),
  );
  await requireOwnFeed(resources, "refunds", contradiction ? [contradiction] : []);
  return cursor.seq;
}
