import type { WalletUpdatedEvent } from "@/domain/contracts/events";
import { cacheWallet } from "@/server/queue/gift-intake";
import type { Resources } from "../context";
import { getWalletFacts } from "./get-wallet-balance";

/**
 * After a wallet was changed and committed: refreshes its cache and tells its owner's screens. Whatever fails here is only
 * logged, because the next read repairs it. Never throws.
 */
export async function announceWallet(
  resources: Pick<Resources, "live" | "redis" | "push" | "log">,
  userId: string,
  cause: WalletUpdatedEvent["cause"],
): Promise<void> {
  try {
    const wallet = await cacheWallet(resources.redis, userId, await getWalletFacts(resources, userId));
    await resources.push.sendUserEvents([
      { userId, event: "wallet.updated", data: { ...wallet, cause, giftOrderIds: [] } },
    ]);
  } catch (error) {
    resources.log.warn({ reason: String(error), userId, cause }, "a changed wallet could not be announced");
  }
}
