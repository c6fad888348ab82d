import {
  type DeadLetterRow,
  listDueDeadLetters,
  markEffectDone,
} from "@/db/live/queries/decide-dead-letters";
import { queuedTextOf } from "@/domain/rules/dead-letter";
import { cacheWallet, forgetLostOrder } from "@/server/queue/gift-intake";
import { requeueGift } from "@/server/queue/requeue-gift";
import type { Resources } from "../context";
import { askForRainWork } from "../rain/own-rain";
import { announceWallet } from "../wallet/announce-wallet";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { giftOf } from "./read-letter";

type CarryOutResources = Pick<Resources, "live" | "redis" | "push" | "log">;

/** Whoever decided has this long to carry it out before the job does. */
const SETTLED_MS = 3_000;
const AT_ONCE = 100;
/** Between two tries the wallet may be evicted again only when Redis is out of memory. */
const TRIES_MAX = 3;

/**
 * Does outside the database what a decision came to, after it was committed. Safe to repeat. Never throws: what fails is
 * done by the next run of the job.
 */
export async function carryOutDecision(
  resources: CarryOutResources & { traceId: string },
  letter: DeadLetterRow,
): Promise<void> {
  if (!letter.isEffectDue) return;
  try {
    await carryOut(resources, letter);
    await markEffectDone(resources.live, letter.id);
  } catch (error) {
    const facts = { reason: String(error), deadLetterId: letter.id, traceId: resources.traceId };
    resources.log.warn(facts, "a decision on a dead letter could not be carried out; will repeat");
  }
}

/** Carries out decisions whose process died, or whose Redis was away. Returns how many were taken. */
export async function carryOutDecisions(
  resources: CarryOutResources,
  settledMs = SETTLED_MS,
): Promise<number> {
  const letters = await listDueDeadLetters(resources.live, { settledMs, limit: AT_ONCE });
  for (const letter of letters) {
    await carryOutDecision({ ...resources, traceId: letter.traceId ?? "" }, letter);
  }
  return letters.length;
}

async function carryOut(
  resources: CarryOutResources & { traceId: string },
  letter: DeadLetterRow,
): Promise<void> {
  const { userId, giftOrderId, rainId } = letter;
  if (userId === null) return;
  switch (letter.effect) {
    // One that was recorded as failed goes the same way: its worker finds it ended, releases what it reserved, and tells.
    case "queued":
    case "failed":
      return await queueAgain(resources, letter);
    case "released":
      if (giftOrderId !== null) await forgetLostOrder(resources.redis, userId, giftOrderId);
      return await announceWallet(resources, userId, "gift");
    case "refund":
      return await announceWallet(resources, userId, "refund");
    case "escrow":
    case "promotion":
      if (rainId !== null) askForRainWork(resources, rainId);
      return await announceWallet(resources, userId, letter.effect === "escrow" ? "packet" : "adjustment");
    case "nothing":
    case null:
      return;
  }
}

async function queueAgain({ live, redis }: CarryOutResources, letter: DeadLetterRow): Promise<void> {
  const gift = giftOf(letter);
  if (!gift) throw new Error("Only a gift can be queued again.");
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if ((await requeueGift(redis, gift, queuedTextOf(letter.fields))) !== "cold") return;
    await cacheWallet(redis, gift.senderId, await getWalletFacts({ live }, gift.senderId));
  }
  throw new Error("The sender's wallet is not kept by its cache.");
}
