import type { LiveDb } from "@/db/client";
import { findOrderEnds } from "@/db/live/queries/posted-orders";
import { countPaidTwice } from "@/db/live/queries/simulator-runs";
import type { Percentiles, SimulatorCounts } from "@/domain/contracts/simulator";
import { Latencies } from "./latencies";

export interface SentGift {
  giftOrderId: string;
  senderId: string;
  anchorId: string;
  viewerGender: string;
  coins: number;
  /** When it was meant to be sent, in milliseconds since the epoch. */
  intendedAtMs: number;
}

export interface Tally {
  gifts: number;
  coins: number;
}

const LOOKED_UP_AT_ONCE = 5_000;

/** What became of every gift: asked of the databases by its id, in sets, while the run goes on. */
export class GiftBook {
  readonly counts: SimulatorCounts = { intended: 0, sent: 0, accepted: 0, paid: 0, failed: 0, refused: {} };
  readonly #answered = new Latencies();
  readonly #answeredSinceLook = new Latencies();
  readonly seenAfter = new Latencies();
  readonly paidByAnchor = new Map<string, Tally>();
  readonly paidByGender = new Map<string, Tally>();
  paidCoins = 0;
  seen = 0;
  /** Accepted, and not known to have ended. */
  readonly #open = new Map<string, SentGift>();
  /** Sent: what a watcher sees may come before the answer. */
  readonly #unseen = new Map<string, number>();
  readonly #paidIds: string[] = [];

  constructor(private readonly live: LiveDb) {}

  /** How long answers took since the last time that somebody asked. */
  takeAnswered(): Percentiles | null {
    const read = this.#answeredSinceLook.read();
    this.#answered.add(this.#answeredSinceLook);
    this.#answeredSinceLook.reset();
    return read;
  }

  /** How long all took of which `takeAnswered` has spoken. */
  readAnswered(): Percentiles | null {
    return this.#answered.read();
  }

  send(gift: SentGift): void {
    this.counts.sent += 1;
    this.#unseen.set(gift.giftOrderId, gift.intendedAtMs);
  }

  answer(gift: SentGift, name: string, afterMs: number): void {
    this.#answeredSinceLook.record(afterMs);
    if (name === "ok") {
      this.counts.accepted += 1;
      this.#open.set(`${gift.senderId}/${gift.giftOrderId}`, gift);
    } else {
      this.counts.refused[name] = (this.counts.refused[name] ?? 0) + 1;
      this.#unsure(gift, name);
    }
  }

  /** Without an answer it may have been accepted all the same: it is looked up with the others, and missing is no loss. */
  readonly #unsureIds = new Map<string, SentGift>();
  #unsure(gift: SentGift, name: string): void {
    if (name === "INTERNAL" || name === "UNAVAILABLE" || /^E[A-Z]|^NO_ANSWER|^BROKEN|^HTTP 5/.test(name))
      this.#unsureIds.set(`${gift.senderId}/${gift.giftOrderId}`, gift);
  }

  /** A watcher saw it. */
  see(giftOrderId: string, atMs: number): void {
    const intendedAtMs = this.#unseen.get(giftOrderId);
    if (intendedAtMs === undefined) return;
    this.#unseen.delete(giftOrderId);
    this.seen += 1;
    this.seenAfter.record(atMs - intendedAtMs);
  }

  /** Asks for some that are open, the oldest first. */
  async lookUp(limit = LOOKED_UP_AT_ONCE): Promise<void> {
    const asked: SentGift[] = [];
    for (const gift of this.#open.values()) {
      if (asked.length === limit) break;
      asked.push(gift);
    }
    if (asked.length === 0) return;
    const ends = await findOrderEnds(this.live, asked);
    for (const [key, end] of ends) {
      const gift = this.#open.get(key);
      if (!gift) continue;
      this.#open.delete(key);
      this.#end(gift, end);
    }
  }

  /** Asks for all that are open until each has ended or `waitMs` are over. Then what is still open is lost. */
  async lookUpAll(
    waitMs: number,
    pause: (ms: number) => Promise<void>,
  ): Promise<{ lost: number; twice: number }> {
    const untilMs = performance.now() + waitMs;
    do {
      // The oldest come first: ask for all, so that one that never ends keeps no other from being found.
      await this.lookUp(Number.POSITIVE_INFINITY);
      if (this.#open.size > 0) await pause(200);
    } while (this.#open.size > 0 && performance.now() < untilMs);
    const unsure = [...this.#unsureIds.values()];
    for (let i = 0; i < unsure.length; i += LOOKED_UP_AT_ONCE) {
      for (const [key, end] of await findOrderEnds(this.live, unsure.slice(i, i + LOOKED_UP_AT_ONCE)))
        this.#end(this.#unsureIds.get(key) as SentGift, end);
    }
    let twice = 0;
    for (let i = 0; i < this.#paidIds.length; i += LOOKED_UP_AT_ONCE)
      twice += await countPaidTwice(this.live, this.#paidIds.slice(i, i + LOOKED_UP_AT_ONCE));
    return { lost: this.#open.size, twice };
  }

  #end(gift: SentGift, end: "settled" | "failed"): void {
    if (end === "failed") {
      this.counts.failed += 1;
      return;
    }
    this.counts.paid += 1;
    this.paidCoins += gift.coins;
    this.#paidIds.push(gift.giftOrderId);
    add(this.paidByAnchor, gift.anchorId, gift.coins);
    add(this.paidByGender, gift.viewerGender, gift.coins);
  }
}

function add(tallies: Map<string, Tally>, key: string, coins: number): void {
  const tally = tallies.get(key) ?? { gifts: 0, coins: 0 };
  tally.gifts += 1;
  tally.coins += coins;
  tallies.set(key, tally);
}
