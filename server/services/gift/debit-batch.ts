import { type GiftOutcome, postGifts, type QueuedGift, type WalletAfter } from "@/db/live/ledger/post-gifts";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import type { GiftFailureReason } from "@/domain/contracts/gift";
import { isAway, isOwnFault } from "@/domain/rules/driver-errors";
import { CLOCK_TOLERANCE_MS, queuedAtMsOf, sentAtMost } from "@/domain/rules/gift-time";
import { counter, histogram } from "@/platform/observability/metrics";
import type { StreamEntry } from "@/server/queue/bucket-queue";
import { type FinalOrder, finaliseGifts } from "@/server/queue/finalise-gifts";
import { raiseSeldom } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { recordGivenUp, setApart } from "../dead-letter/record-dead-letter";
import { type HeldItem, halveBatch, Neighbours } from "../halve-batch";
import { requireKnownDatabases } from "../restore/watch-databases";

const settledTotal = counter("downpour_gifts_settled_total", "Gift orders debited and recorded");
const failedTotal = counter("downpour_gifts_failed_total", "Accepted gift orders that could not be paid", [
  "reason",
]);
const bounded = counter(
  "downpour_gift_times_bounded_total",
  "Gifts or batches whose time was ahead of a store's clock",
);
const postSeconds = histogram("downpour_gift_post_seconds", "Duration of one debit transaction");
const postSize = histogram(
  "downpour_gift_post_entries",
  "Entries in one debit transaction",
  [],
  [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2000],
);

/** Orders of one finalise script: bounds how long Redis is busy with it. */
const FINALISE_ORDERS_MAX = 200;

/** A row that somebody else holds longer than this is not waited for: other buckets go on. */
const LOCK_MS = 250;
/** Where it was held a moment ago, waiting only takes time from the others. */
const LOCK_MS_AGAIN = 50;

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

export interface DebitOutcome extends DebitedBatch {
  /** Of which nothing came yet: they stay in the queue. */
  held: HeldItem<GiftEntry>[];
}

/** A gift adds rows of its own to these. */
const OWN_TABLES: ReadonlySet<string> = new Set(["gift_records", "gift_failures", "trades"]);

type GiftEntry = StreamEntry<QueuedGift>;
type DebitResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * Debits a batch of queue entries and writes the outcomes back to Redis. Safe to repeat with the same entries after a
 * crash at any point. An entry that is at fault itself is recorded as a dead letter and fails alone; one that fails for
 * any other reason is held, and so is one whose giving up cannot be recorded. Throws only when a database or Redis is
 * away: the caller reads the entries again later.
 *
 * `isAgain`: what they wait for may still be held by somebody else. `neighbours`: of this process.
 */
export async function debitBatch(
  resources: DebitResources,
  entries: readonly GiftEntry[],
  { neighbours = new Neighbours(), isAgain = false }: { neighbours?: Neighbours; isAgain?: boolean } = {},
): Promise<DebitOutcome> {
  requireKnownDatabases(resources.live);
  const entryOf = new Map<QueuedGift, GiftEntry>();
  const held: HeldItem<GiftEntry>[] = [];
  for (const entry of entries) {
    if (entry.item) entryOf.set(boundTime(resources, entry, entry.item), entry);
    else await orHold(held, [entry], () => setApart(resources, "gifts", entry, entry.problem ?? "malformed"));
  }
  const find = (gift: QueuedGift) => entryOf.get(gift) as GiftEntry;
  const posted = await halveBatch<QueuedGift, Posted>(
    [...entryOf.keys()],
    {
      work: (some, isRepeated) => post(resources, some, isRepeated),
      isProof: ({ written }) => written > 0,
      nameOf: (gift) => `${gift.bucket}/${find(gift).id}`,
      groupOf: (gift) => gift.bucket,
      isOwnFault: (problem) => isOwnFault(problem, OWN_TABLES),
      giveUp: (gift, problem) => giveUpGift(resources, gift, find(gift), problem),
      onSplit: (some, err) =>
        resources.log.warn({ err, entries: some.length }, "a batch failed; splitting it"),
    },
    neighbours,
    isAgain,
  );
  for (const { item, problem } of posted.held) held.push({ item: find(item), problem });
  return await writeBack(resources, joinPosted(posted.results), find, held);
}

function boundTime(resources: DebitResources, { id }: GiftEntry, gift: QueuedGift): QueuedGift {
  const sentAtMs = Date.parse(gift.sentAt);
  const latestMs = sentAtMost(sentAtMs, queuedAtMsOf(id));
  if (latestMs === sentAtMs) return gift;
  reportAhead(resources, sentAtMs - latestMs, gift);
  return { ...gift, sentAt: new Date(latestMs).toISOString() };
}

function reportAhead(
  resources: DebitResources,
  aheadMs: number,
  { bucket, giftOrderId, traceId }: QueuedGift,
): void {
  const facts = { aheadMs, bucket, giftOrderId };
  bounded.inc();
  resources.log.warn(
    { ...facts, traceId },
    "a clock is ahead; the time of this gift, or of one beside it, was bounded",
  );
  raiseSeldom(resources, { kind: "queue.clock_ahead", subject: "queue:gifts", facts, traceId });
}

/** What fails for a reason of these entries is held with them; their neighbours go on. */
async function orHold(
  held: HeldItem<GiftEntry>[],
  entries: readonly GiftEntry[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (problem) {
    if (isAway(problem)) throw problem;
    for (const item of entries) held.push({ item, problem });
  }
}

interface Posted {
  /** Their combo counts are not known yet. */
  results: DebitedGift[];
  wallets: Map<string, WalletAfter>;
  /** How many were paid by this very posting. */
  written: number;
}

function joinPosted(posted: readonly Posted[]): Posted {
  const [whole] = posted;
  if (whole && posted.length === 1) return whole;
  return {
    results: posted.flatMap(({ results }) => results),
    // The later of two has the newer balance.
    wallets: new Map(posted.flatMap(({ wallets }) => [...wallets])),
    written: posted.reduce((sum, { written }) => sum + written, 0),
  };
}

async function post(
  resources: DebitResources,
  gifts: readonly QueuedGift[],
  isAgain: boolean,
): Promise<Posted> {
  const end = postSeconds.startTimer();
  const { outcomes, wallets, written, aheadMs } = await postGifts(
    resources.live.sql,
    gifts,
    isAgain ? LOCK_MS_AGAIN : LOCK_MS,
  );
  end();
  postSize.observe(gifts.length);
  const [first] = gifts;
  if (first && aheadMs > CLOCK_TOLERANCE_MS) reportAhead(resources, aheadMs, first);
  countOutcomes(outcomes);
  const results = gifts.map((gift, i) => ({ gift, outcome: outcomes[i] as GiftOutcome, comboCount: null }));
  return { results, wallets, written };
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
  entry: GiftEntry,
  problem: unknown,
): Promise<Posted> {
  const reason = problem instanceof Error ? problem.message : String(problem);
  let isFailed: boolean;
  try {
    isFailed = await recordGivenUp(resources, gift, entry, reason);
  } catch (error) {
    if (!isOwnFault(error, OWN_TABLES)) throw error;
    // Not even as failed can it be written down: nobody is told anything until a person has decided.
    await setApart(resources, "gifts", entry, reason);
    return { results: [], wallets: new Map(), written: 0 };
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
  return { results: [{ gift, outcome, comboCount: null }], wallets: new Map(), written: 0 };
}

/** Of a bucket that Redis does not take, all entries are held: they are posted, and are written back when they are repeated. */
async function writeBack(
  resources: DebitResources,
  posted: Posted,
  find: (gift: QueuedGift) => GiftEntry,
  held: HeldItem<GiftEntry>[],
): Promise<DebitOutcome> {
  const byBucket = new Map<number, DebitedGift[]>();
  for (const result of posted.results) {
    const list = byBucket.get(result.gift.bucket);
    if (list) list.push(result);
    else byBucket.set(result.gift.bucket, [result]);
  }
  const wallets: DebitedBatch["wallets"] = new Map();
  const heldBefore = held.length;
  await Promise.all(
    [...byBucket.values()].map((results) =>
      orHold(
        held,
        results.map(({ gift }) => find(gift)),
        () => finaliseBucket(resources, results, find, posted.wallets, wallets),
      ),
    ),
  );
  if (held.length === heldBefore) return { gifts: posted.results, wallets, held };
  const waiting = new Set(held.map(({ item }) => item));
  return { gifts: posted.results.filter(({ gift }) => !waiting.has(find(gift))), wallets, held };
}

async function finaliseBucket(
  resources: DebitResources,
  results: readonly DebitedGift[],
  find: (gift: QueuedGift) => GiftEntry,
  posted: Posted["wallets"],
  wallets: DebitedBatch["wallets"],
): Promise<void> {
  for (let i = 0; i < results.length; i += FINALISE_ORDERS_MAX) {
    const chunk = results.slice(i, i + FINALISE_ORDERS_MAX);
    const final = await finaliseGifts(
      resources.redis,
      chunk.map((debited) => toFinalOrder(debited, find)),
      posted,
    );
    for (const [userId, wallet] of final.wallets) wallets.set(userId, wallet);
    chunk.forEach((debited, k) => {
      debited.comboCount = final.comboCounts[k] ?? null;
    });
  }
}

function toFinalOrder({ gift, outcome }: DebitedGift, find: (gift: QueuedGift) => GiftEntry): FinalOrder {
  // As it was counted when it was accepted, whatever its time is now.
  const { sentAt } = find(gift).item ?? gift;
  return {
    senderId: gift.senderId,
    giftOrderId: gift.giftOrderId,
    comboId: outcome.own ? gift.comboId : null,
    anonymous: gift.anonymous,
    nonce: gift.nonce,
    status: outcome.status,
    reason: outcome.reason,
    sentAtMs: Date.parse(sentAt),
    charged: outcome.own && outcome.status === "settled",
    posted: outcome.posted,
  };
}
