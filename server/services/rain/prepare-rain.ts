import { fundRain } from "@/db/live/queries/rain-money";
import type { RainRow } from "@/db/live/queries/rains";
import { readPolicy } from "@/db/policies";
import { BizError } from "@/domain/contracts/errors";
import type { RoomEvent } from "@/domain/contracts/events";
import type { Rain } from "@/domain/contracts/rain";
import { dayStart } from "@/domain/rules/calendar";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { readRoomEventsAfter } from "@/push/publisher/room-log";
import { findCachedWallet } from "../../queue/gift-intake";
import type { SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { consumeRateLimit } from "../rate-limit";
import { announceWallet } from "../wallet/announce-wallet";
import { publishCommitment } from "./create-rain";
import { askForRainWork, getOwnRain, requireRainRight, tellAnchor } from "./own-rain";
import { toRain } from "./show-rain";

/** So many of the latest things that viewers did are mixed into the seed. */
const ENTROPY_EVENTS_MAX = 32;

/**
 * Puts the budget into escrow and fixes what the seed is mixed with; from then on every packet is fixed. Loading them
 * follows, with progress on the anchor's channel. However often and from wherever it is called, it debits once.
 *
 * Throws NOT_FOUND, RAIN_STATE_CONFLICT (with the `status` it has), RATE_LIMITED, WALLET_FROZEN, INSUFFICIENT_COINS,
 * RAIN_INVALID_BUDGET (more than may be rained in a day), RAINS_STOPPED.
 */
export async function prepareRain(ctx: SignedInCtx, input: { rainId: string }): Promise<Rain> {
  const rain = await getOwnRain(ctx, input.rainId);
  if (rain.anchorId !== ctx.session.userId) throw new BizError("NOT_FOUND", { field: "rainId" });
  if (rain.status !== "created") throw new BizError("RAIN_STATE_CONFLICT", { status: rain.status });
  requireFeature(ctx, "FEATURE_RAINS");
  await requireRainRight(ctx);
  await consumeRateLimit(ctx.redis, "rain.prepare", rain.anchorId, ctx.env.RATE_LIMIT_RAIN);
  const committedSeq = await publishCommitment(ctx, rain);
  const [{ events }, policy, cached] = await Promise.all([
    readRoomEventsAfter(ctx.redis, rain.roomId, committedSeq),
    readPolicy(ctx.live.sql, "rain"),
    findCachedWallet(ctx.redis, rain.anchorId),
  ]);
  const funded = await fundRain(ctx.live, {
    rainId: rain.rainId,
    entropy: chooseEntropy(events, rain.anchorId),
    pendingCoins: cached?.pendingCoins ?? 0,
    dayBudgetCoinsMax: policy.dayBudgetCoinsMax,
    dayStart: dayStart(sharedNowMs()),
    traceId: ctx.traceId,
  });
  switch (funded.kind) {
    case "conflict":
      throw new BizError("RAIN_STATE_CONFLICT");
    case "frozen":
      throw new BizError("WALLET_FROZEN");
    case "poor":
      throw new BizError("INSUFFICIENT_COINS", {
        balanceCoins: funded.balanceCoins,
        pendingCoins: rain.fundedBy === "anchor" ? (cached?.pendingCoins ?? 0) : 0,
        totalCoins: rain.budgetCoins,
        fundedBy: rain.fundedBy,
      });
    case "day":
      throw new BizError("RAIN_INVALID_BUDGET", {
        field: "budgetCoins",
        max: Math.max(0, policy.dayBudgetCoinsMax - funded.usedCoins),
        usedTodayCoins: funded.usedCoins,
      });
    case "funded":
      break;
  }
  askForRainWork(ctx, rain.rainId);
  const prepared: RainRow = await getOwnRain(ctx, rain.rainId);
  runInBackground(ctx.log, "telling of a funded rain", ctx.traceId, tellAnchor(ctx, prepared));
  if (rain.fundedBy === "anchor") {
    const announced = announceWallet(ctx, rain.anchorId, "packet");
    runInBackground(ctx.log, "announcing a wallet", ctx.traceId, announced);
  }
  return toRain(prepared);
}

/** Ids that viewers' clients made, which neither the anchor nor the server chose, with their places. */
function chooseEntropy(events: readonly RoomEvent[], anchorId: string): string[] {
  const ids = events.flatMap((event) => {
    if ("sender" in event && event.sender.userId === anchorId) return [];
    if (event.event === "chat.message") return [`${event.seq}:${event.messageId}`];
    if (event.event === "gift.settled") return [`${event.seq}:${event.giftOrderId}`];
    return [];
  });
  return ids.slice(-ENTROPY_EVENTS_MAX);
}
