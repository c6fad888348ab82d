import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { type GiftOutcome, postGifts, type QueuedGift, type WalletAfter } from "@/db/live/queries/post-gifts";
import type { GiftFailureReason } from "@/server/contracts/gift";
import { counter, histogram } from "@/server/observability/metrics";
import type { StreamEntry } from "@/server/queue/bucket-queue";
import { type FinalOrder, finaliseGifts } from "@/server/queue/finalise-gifts";
import { isRefusedValue } from "@/server/rules/driver-errors";
import type { Resources } from "../context";
import { recordGivenUp, setApart } from "../dead-letter/record-dead-letter";
import { halveBatch } from "../halve-batch";

const settledTotal = counter("downpour_gifts_settled_total", "Gift orders debited and recorded");
const failedTotal = counter("downpour_gifts_failed_total", "Accepted gift orders that could not be paid", [
  "reason",
]);
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
 * crash at any point. An entry that cannot be posted is recorded as a dead letter and fails alone. Throws when a database
 * or Redis is away, or what is given up cannot be recorded: the caller reads the entries again later, and nobody is told.
 */
export async function debitBatch(
  resources: DebitResources,
  entries: readonly GiftEntry[],
): Promise<DebitedBatch> {
  const gifts: QueuedGift[] = [];
  for (const entry of entries) {
    if (entry.item) gifts.push(entry.item);
    else await setApart(resources, "gifts", entry, entry.problem ?? "malformed");
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
  const reason = problem instanceof Error ? problem.message : String(problem);
  let isFailed: boolean;
  try {
    isFailed = await recordGivenUp(resources, gift, entry, reason);
  } catch (error) {
    if (!isRefusedValue(error)) throw error;
    // Not even as failed can it be written down: nobody is told anything until a person has decided.
    await setApart(resources, "gifts", entry, reason);
    return { results: [], wallets: new Map() };
  }
  const { senderId, giftOrderId } = gift;
  const decided = isFailed ? undefined : await findGiftOrder(resources.live, senderId, giftOrderId);
  const outcome: GiftOutcome = {
    // A refund comes after: the order as such was paid for.
    status: !decided || decided.status === "failed" ? "failed" : "settled",
    reason: decided ? decided.reason : "INTERNAL",
    own: !decided || decided.traceId === gift.traceId,
    posted: decided ?? { ...gift, totalCoins: gift.priceCoins * gift.count },
  };
  return { results: [{ gift, outcome, comboCount: null }], wallets: new Map() };
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
