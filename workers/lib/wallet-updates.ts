import { setTimeout as delay } from "node:timers/promises";
import type { UserEventPayload, WalletUpdatedEvent } from "@/domain/contracts/events";
import { counter } from "@/platform/observability/metrics";
import type { UserMessage } from "@/push/publisher/publisher";
import type { CachedWallet } from "@/server/queue/gift-intake";
import type { Resources } from "@/server/services/context";

const dropped = counter(
  "downpour_wallet_updates_dropped_total",
  "Wallet messages given up because too many were waiting",
);

/** Users whose newest balance may wait to be sent. */
const WAITING_MAX = 20_000;
/** Order ids one message carries; a client asks for others by `gift.status`. */
const ORDER_IDS_MAX = 100;
/** Sent in one go, and then a pause in which what arrives is merged: 2,000 messages a second, whatever comes. */
const ROUND_MAX = 100;
const PAUSE_MS = 50;

/**
 * Sends users their new balance, the latest only, beside the postings and never holding them up: the faster those come,
 * the more of them one message covers. A lost message is repaired by the next one and by `wallet.balance`.
 */
export class WalletUpdates {
  readonly #waiting = new Map<string, UserEventPayload<"wallet.updated">>();
  #running: Promise<void> | undefined;

  constructor(
    private readonly resources: Pick<Resources, "push" | "log">,
    private readonly cause: WalletUpdatedEvent["cause"],
  ) {}

  /** `paidOrders`: gift orders that these wallets have just paid. */
  add(
    wallets: ReadonlyMap<string, CachedWallet>,
    paidOrders: Iterable<{ senderId: string; giftOrderId: string }> = [],
  ): void {
    for (const [userId, wallet] of wallets) {
      const earlier = this.#waiting.get(userId);
      if (!earlier && this.#waiting.size >= WAITING_MAX) {
        dropped.inc();
        continue;
      }
      if (earlier && earlier.version > wallet.version) continue;
      this.#waiting.set(userId, { ...wallet, cause: this.cause, giftOrderIds: earlier?.giftOrderIds ?? [] });
    }
    for (const { senderId, giftOrderId } of paidOrders) {
      const ids = this.#waiting.get(senderId)?.giftOrderIds;
      if (ids && ids.length < ORDER_IDS_MAX) ids.push(giftOrderId);
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when the round that is being sent has ended; what waits beyond it is given up. */
  async finish(): Promise<void> {
    dropped.inc(this.#waiting.size);
    this.#waiting.clear();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const round: UserMessage[] = [];
      for (const [userId, data] of this.#waiting) {
        round.push({ userId, event: "wallet.updated", data });
        this.#waiting.delete(userId);
        if (round.length >= ROUND_MAX) break;
      }
      await this.resources.push.sendUserEvents(round).catch((error: unknown) => {
        dropped.inc(round.length);
        this.resources.log.debug({ reason: String(error) }, "wallet messages could not be sent");
      });
      if (this.#waiting.size > 0) await delay(PAUSE_MS);
    }
  }
}
