import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { BizError } from "@/domain/contracts/errors";
import type { GiftQueueEntry, GiftSendInput, GiftSendResult } from "@/domain/contracts/gift";
import { counter } from "@/platform/observability/metrics";
import { confirmReplicated } from "@/platform/redis/confirm-replicated";
import { nowAsText } from "@/platform/runtime/now-as-text";
import { setSharedTime } from "@/platform/runtime/shared-clock";
import {
  acceptGift,
  cacheWallet,
  findOrderState,
  forgetLostOrder,
  type IntakeResult,
  type IntakeRules,
  type OrderState,
  orderFingerprint,
} from "@/server/queue/gift-intake";
import type { SignedInCtx } from "../context";
import { cachedPolicy } from "../policy/cached-policy";
import { readRateWindows } from "../rate-windows";
import { requireKnownDatabases } from "../restore/watch-databases";
import { findRoomState, peekRoomState, type RoomState } from "../room/room-state";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { findCatalogueGift, peekCatalogueGift } from "./catalogue";

const accepted = counter("downpour_gifts_accepted_total", "Gift orders accepted into the queue");
const refused = counter("downpour_gifts_refused_total", "Gift orders refused at intake, by error", ["error"]);

/** Between two tries the wallet may be evicted again only when Redis is out of memory; more tries would not help. */
const INTAKE_TRIES_MAX = 3;

/**
 * Accepts a gift into the queue, where it is durable; debit follows. The price is the catalogue's, never the client's.
 * Repeating a call with the same `giftOrderId` answers how that order stands and sends nothing twice.
 *
 * Throws FEATURE_OFF, GIFT_UNAVAILABLE, NOT_FOUND (room), ROOM_NOT_LIVE, ROOM_BANNED, FORBIDDEN (an anchor to her own room),
 * INSUFFICIENT_COINS, RATE_LIMITED, WALLET_FROZEN, GIFT_ORDER_CONFLICT, SPENDING_CAP_REACHED and, where this gift takes
 * the sender beyond half of a cap and they have not confirmed it, SPENDING_CONFIRMATION_NEEDED; UNAVAILABLE where replicas are
 * behind: whether it is accepted is not known then, and the same id is to be sent again.
 */
export async function sendGift(ctx: SignedInCtx, input: GiftSendInput): Promise<GiftSendResult> {
  try {
    const { status, reason, priceCoins, totalCoins, traceId } = await send(ctx, input);
    return { giftOrderId: input.giftOrderId, status, reason, priceCoins, totalCoins, traceId };
  } catch (error) {
    if (error instanceof BizError) refused.inc({ error: error.bizName });
    throw error;
  }
}

async function send(ctx: SignedInCtx, input: GiftSendInput): Promise<OrderState> {
  requireKnownDatabases(ctx.live);
  const { userId } = ctx.session;
  // Nearly always known without waiting, and then not waited for: this is the hottest path there is.
  let gift = peekCatalogueGift(ctx, input.giftId);
  let room: RoomState | null | undefined = peekRoomState(ctx, input.roomId);
  if (gift === undefined || room === undefined) {
    [gift, room] = await Promise.all([
      findCatalogueGift(ctx, input.giftId),
      findRoomState(ctx, input.roomId),
    ]);
  }
  if (!ctx.env.FEATURE_GIFTS)
    return await refuse(ctx, input, new BizError("FEATURE_OFF", { feature: "FEATURE_GIFTS" }));
  if (!gift?.enabled)
    return await refuse(ctx, input, new BizError("GIFT_UNAVAILABLE", { giftId: input.giftId }));
  if (!room) return await refuse(ctx, input, new BizError("NOT_FOUND", { field: "roomId" }));
  if (room.banned) return await refuse(ctx, input, new BizError("ROOM_BANNED"));
  if (!room.isLive || !room.sessionId) return await refuse(ctx, input, new BizError("ROOM_NOT_LIVE"));
  // Paying oneself would turn bought coins into withdrawable earnings.
  if (room.anchorId === userId) throw new BizError("FORBIDDEN", { field: "roomId" });

  const entry: GiftQueueEntry = {
    giftOrderId: input.giftOrderId,
    senderId: userId,
    senderName: ctx.session.nickname,
    roomId: room.roomId,
    sessionId: room.sessionId,
    anchorId: room.anchorId,
    giftId: gift.giftId,
    count: input.count,
    priceCoins: gift.priceCoins,
    comboId: input.comboId ?? null,
    anonymous: input.anonymous ?? false,
    traceId: ctx.traceId,
    sentAt: nowAsText(),
    nonce: ctx.nonce?.text,
  };
  const caps = cachedPolicy(ctx, "spending-caps");
  const rules: IntakeRules = {
    limits: readRateWindows(ctx.live, ctx.env.RATE_LIMIT_GIFT_SEND),
    caps: caps instanceof Promise ? await caps : caps,
    confirmed: input.confirmed ?? false,
    sentNow: true,
    nonce: ctx.nonce,
  };
  let result = await acceptGift(ctx.redis, entry, rules);
  if (result.kind !== "new" && result.kind !== "seen") result = await acceptAgain(ctx, entry, rules, result);
  const { REDIS_REPLICAS_TO_WAIT } = ctx.env;
  if (REDIS_REPLICAS_TO_WAIT > 0 && (result.kind === "new" || result.kind === "seen"))
    await confirmReplicated(ctx.redis, REDIS_REPLICAS_TO_WAIT);
  switch (result.kind) {
    case "new":
      accepted.inc();
      return result;
    case "seen":
      return result;
    case "replayed":
      throw new BizError("REPLAYED", { field: "x-dp-nonce" });
    case "conflict":
      throw new BizError("GIFT_ORDER_CONFLICT", { field: "giftOrderId" });
    case "frozen":
      return await refuse(ctx, input, new BizError("WALLET_FROZEN"));
    case "poor":
      return await refuse(
        ctx,
        input,
        new BizError("INSUFFICIENT_COINS", {
          balanceCoins: result.balanceCoins,
          pendingCoins: result.pendingCoins,
          totalCoins: entry.priceCoins * entry.count,
        }),
      );
    case "capped":
    case "half": {
      const { cap, spentCoins, maxCoins } = result;
      const name = result.kind === "capped" ? "SPENDING_CAP_REACHED" : "SPENDING_CONFIRMATION_NEEDED";
      const totalCoins = entry.priceCoins * entry.count;
      return await refuse(ctx, input, new BizError(name, { cap, spentCoins, maxCoins, totalCoins }));
    }
    case "fast":
      throw new BizError("RATE_LIMITED", { retryAfterMs: result.retryAfterMs });
    case "cold":
    case "clock":
      throw new BizError("UNAVAILABLE");
  }
}

/** Once more where it may come out differently: at the right time, with the wallet that was not cached, or with caps as they are now. */
async function acceptAgain(
  ctx: SignedInCtx,
  wrongly: GiftQueueEntry,
  rules: IntakeRules,
  first: IntakeResult,
): Promise<IntakeResult> {
  const { userId } = ctx.session;
  let result = first;
  let entry = wrongly;
  const atTheRightTime = async () => {
    if (result.kind !== "clock") return;
    setSharedTime(result.told);
    entry = { ...entry, sentAt: nowAsText() };
    result = await acceptGift(ctx.redis, entry, rules);
  };
  await atTheRightTime();
  for (let tries = 1; result.kind === "cold" && tries < INTAKE_TRIES_MAX; tries++) {
    await cacheWallet(ctx.redis, userId, await getWalletFacts(ctx, userId));
    result = await acceptGift(ctx.redis, entry, rules);
    await atTheRightTime();
  }
  if (result.kind !== "capped" && result.kind !== "half") return result;
  // A looser cap that was planned for later may hold by now: the cache learns of it here.
  await cacheWallet(ctx.redis, userId, await getWalletFacts(ctx, userId));
  return await acceptGift(ctx.redis, entry, rules);
}

/**
 * A repeated call for an order that was accepted before the room closed, the gift went off sale or the coins were spent,
 * perhaps by this very order, gets its state. Redis remembers it for a while, the database for ever.
 */
async function refuse(ctx: SignedInCtx, input: GiftSendInput, error: BizError): Promise<OrderState> {
  const { userId } = ctx.session;
  const known = await findOrderState(ctx.redis, userId, input.giftOrderId);
  const posted = known ? undefined : await findGiftOrder(ctx.live, userId, input.giftOrderId);
  const fingerprint = known?.fingerprint ?? (posted && orderFingerprint(posted));
  const state = known ?? posted;
  if (!state) {
    // Should it have been accepted and its queue lost: nobody sends it again, so what it holds back is given back.
    await forgetLostOrder(ctx.redis, userId, input.giftOrderId);
    throw error;
  }
  // The nonce of what was accepted is remembered with it, and nowhere else.
  if (known?.nonce && known.nonce === ctx.nonce?.text)
    throw new BizError("REPLAYED", { field: "x-dp-nonce" });
  if (fingerprint !== orderFingerprint(input))
    throw new BizError("GIFT_ORDER_CONFLICT", { field: "giftOrderId" });
  return state;
}
