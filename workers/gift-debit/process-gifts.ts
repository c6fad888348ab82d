import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import type { Resources } from "@/server/services/context";
import { failureOf } from "@/server/services/gift/announce-gifts";
import { type DebitedBatch, debitBatch } from "@/server/services/gift/debit-batch";
import { Neighbours } from "@/server/services/halve-batch";
import type { LaneOptions } from "../lib/bucket-lane";
import type { WalletUpdates } from "../lib/wallet-updates";
import type { Announcer } from "./announcer";

/** What a lane does with gifts: debits them, tells senders their balance beside it, and announces what came of them. */
export function processGifts(
  resources: Pick<Resources, "live" | "redis" | "log">,
  announcer: Pick<Announcer, "announce">,
  walletUpdates: Pick<WalletUpdates, "add">,
): LaneOptions<QueuedGift>["process"] {
  const neighbours = new Neighbours();
  return async (entries, isAgain) => {
    const { held, ...batch } = await debitBatch(resources, entries, { neighbours, isAgain });
    walletUpdates.add(batch.wallets, listPaid(batch));
    return { held, announce: () => announcer.announce(batch) };
  };
}

/** A failed order is told by `gift.failed` with its reason, never among those that were paid. */
function* listPaid(batch: DebitedBatch): Iterable<{ senderId: string; giftOrderId: string }> {
  for (const debited of batch.gifts) if (failureOf(debited) === null) yield debited.gift;
}
