import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { tamper } from "@/db/testing/tamper";
import type { MoneyHarness } from "./money-harness";

/**
 * Posts a gift and records the instant that it says, also one that is still to come: as earlier versions recorded what a
 * process with a wrong clock said, and as a finance database whose clock is behind sees the gifts of now.
 */
export async function postAsSaid(
  { resources, liveOwnerUrl }: Pick<MoneyHarness, "resources" | "liveOwnerUrl">,
  gift: QueuedGift,
): Promise<void> {
  await postGifts(resources.live.sql, [gift]);
  await tamper(
    liveOwnerUrl,
    `UPDATE gift_records SET sent_at = '${gift.sentAt}'
     WHERE gift_order_id = '${gift.giftOrderId}' AND sent_at <> '${gift.sentAt}'`,
  );
}
