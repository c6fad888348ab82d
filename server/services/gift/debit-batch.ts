import { findGiftOrder, type GiftOrderRow } from "@/db/live/queries/gift-orders";
import {
  type GiftOutcome,
  postGifts,
  type QueuedGift,
  recordGivenUpGift,
  type WalletAfter,
} from "@/db/live/queries/post-gifts";
import type { GiftFailureReason } from "@/server/contracts/gift";
import { counter, histogram } from "@/server/observability/metrics";
import type { StreamEntry } from "@/server/queue/bucket-queue";
import { type FinalOrder, finaliseGifts } from "@/server/queue/finalise-gifts";
import { giftQueue } from "@/server/queue/queues";
import { isUnavailable } from "@/server/rules/driver-errors";
import type { Resources } from "../context";
import { halveBatch } from "../halve-batch";

const settledTotal = counter("downpour_gifts_settled_total", "Gift orders debited and recorded");
const failedTotal = counter("downpour_gifts_failed_total", "Accepted gift orders that could not be paid", [
  "reason",
]);
const deadLetters = counter("downpour_gifts_dead_letters_total", "Queue entries given up");
const postSeconds = histogram("downpour_gift_post_seconds", "Duration of one debit transaction");
const postSize = histogram(
  "downpour_gift_post_entries",
  "Entries in one debit transaction",
  [],
  [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2000],
);

/** Orders of one finalise script: bounds how long Redis is busy with it. */
const FINALISE_ORDERS_MAX = 200;

/** What became of one queue entry, ready to be announced. */
export interface DebitedGift {
  gift: QueuedGift;
  outcome: GiftOutcome;
  comboCount: number | null;
}

export interface DebitedBatch {
  gifts: DebitedGift[];
  /** Wallets of all senders after the batch, as the cache holds them: a balance and its version, and what is still reserved. */
  wallets: Map<string, { balanceCoins: number; pendingCoins: number; version: number }>;
}

type GiftEntry = StreamEntry<QueuedGift>;
type DebitResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * Debits a batch of queue entries and writes the outcomes back to Redis. Safe to repeat with the same entries after a
 * crash at any point. An entry that cannot be posted is set apart as a dead letter and fails alone. Throws only when a
 * database or Redis is away: the caller reads the entries again later.
 */
export async function debitBatch(
  resources: DebitResources,
  entries: readonly GiftEntry[],
): Promise<DebitedBatch> {
  const gifts: QueuedGift[] = [];
  for (const entry of entries) {
    if (entry.item) gifts.push(entry.item);
    else await giveUp(resources, entry, entry.problem ?? "malformed");
  }
  const posted = await halveBatch(gifts, {
    work: (some) => post(resources, some),
    giveUp: (gift, problem) =>
      giveUpGift(
        resources,
        gift,
        entries.find((entry) => entry.item === gift),
        problem,
      ),
    onSplit: (some, err) => resources.log.warn({ err, entries: some.length }, "a batch failed; splitting it"),
  });
  return await writeBack(resources, joinPosted(posted));
}

interface Posted {
  /** Their combo counts are not known yet. */
  results: DebitedGift[];
  wallets: Map<string, WalletAfter>;
}

function joinPosted(posted: readonly Posted[]): Posted {
  const [whole] = posted;
  if (whole && posted.length === 1) return whole;
  return {
    results: posted.flatMap(({ results }) => results),
    // The later of two has the newer balance.
    wallets: new Map(posted.flatMap(({ wallets }) => [...wallets])),
  };
}

async function post(resources: DebitResources, gifts: readonly QueuedGift[]): Promise<Posted> {
  const end = postSeconds.startTimer();
  const { outcomes, wallets } = await postGifts(resources.live.sql, gifts);
  end();
  postSize.observe(gifts.length);
  countOutcomes(outcomes);
  const results = gifts.map((gift, i) => ({ gift, outcome: outcomes[i] as GiftOutcome, comboCount: null }));
  return { results, wallets };
}

function countOutcomes(outcomes: readonly GiftOutcome[]): void {
  const failures = new Map<GiftFailureReason, number>();
  let settled = 0;
  for (const { own, status, reason = "INTERNAL" } of outcomes) {
    if (!own) continue;
    if (status === "settled") settled += 1;
    else failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }
  settledTotal.inc(settled);
  for (const [reason, count] of failures) failedTotal.inc({ reason }, count);
}

async function giveUpGift(
  resources: DebitResources,
  gift: QueuedGift,
  entry: GiftEntry | undefined,
  problem: unknown,
): Promise<Posted> {
  if (!entry) throw new Error("A gift lost its queue entry.");
  let decided: GiftOrderRow | undefined;
  try {
    const recorded = await recordGivenUpGift(resources.live.sql, gift, "INTERNAL");
    if (!recorded) decided = await findGiftOrder(resources.live, gift.senderId, gift.giftOrderId);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    resources.log.error(
      { err: error, giftOrderId: gift.giftOrderId },
      "a given-up gift could not be recorded",
    );
  }
  await giveUp(resources, entry, problem instanceof Error ? problem.message : String(problem));
  const outcome: GiftOutcome = {
    // A refund comes after: the order as such was paid for.
    status: !decided || decided.status === "failed" ? "failed" : "settled",
    reason: decided ? decided.reason : "INTERNAL",
    own: !decided || decided.traceId === gift.traceId,
    posted: decided ?? { ...gift, totalCoins: gift.priceCoins * gift.count },
  };
  return { results: [{ gift, outcome, comboCount: null }], wallets: new Map() };
}

async function giveUp(resources: DebitResources, entry: GiftEntry, reason: string): Promise<void> {
  await giftQueue.addDeadLetter(resources.redis, entry, reason);
  deadLetters.inc();
  resources.log.error({ bucket: entry.bucket, entryId: entry.id, reason }, "a queue entry was given up");
}

async function writeBack(resources: DebitResources, posted: Posted): Promise<DebitedBatch> {
  const byBucket = new Map<number, DebitedGift[]>();
  for (const result of posted.results) {
    const list = byBucket.get(result.gift.bucket);
    if (list) list.push(result);
    else byBucket.set(result.gift.bucket, [result]);
  }
  const wallets: DebitedBatch["wallets"] = new Map();
  await Promise.all(
    [...byBucket.values()].map(async (results) => {
      for (let i = 0; i < results.length; i += FINALISE_ORDERS_MAX) {
        const chunk = results.slice(i, i + FINALISE_ORDERS_MAX);
        const final = await finaliseGifts(resources.redis, chunk.map(toFinalOrder), posted.wallets);
        for (const [userId, wallet] of final.wallets) wallets.set(userId, wallet);
        chunk.forEach((debited, k) => {
          debited.comboCount = final.comboCounts[k] ?? null;
        });
      }
    }),
  );
  return { gifts: posted.results, wallets };
}

function toFinalOrder({ gift, outcome }: DebitedGift): FinalOrder {
  return {
    senderId: gift.senderId,
    giftOrderId: gift.giftOrderId,
    comboId: outcome.own ? gift.comboId : null,
    anonymous: gift.anonymous,
    status: outcome.status,
    reason: outcome.reason,
    sentAtMs: Date.parse(gift.sentAt),
    charged: outcome.own && outcome.status === "settled",
    posted: outcome.posted,
  };
}
