import { findRain, listClaimsOfUser } from "@/db/live/queries/rains";
import { BizError } from "@/domain/contracts/errors";
import type { RainClaimInput, RainPacket } from "@/domain/contracts/rain";
import { counter } from "@/platform/observability/metrics";
import { confirmReplicated } from "@/platform/redis/confirm-replicated";
import { getEra, peekEra } from "@/platform/redis/era";
import { nowAsText } from "@/platform/runtime/now-as-text";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { type ClaimRefused, claimPacket, homeBucketOf } from "../../queue/rain-claims";
import type { SignedInCtx } from "../context";
import { readRateWindows } from "../rate-windows";
import { requireKnownDatabases } from "../restore/watch-databases";
import { findKick, kickedError } from "../room/entrance";
import { findRoomState, peekRoomState } from "../room/room-state";
import {
  type ClaimableRain,
  isKnownEmpty,
  loadRainByCode,
  peekRainByCode,
  rememberEmpty,
} from "./find-rain-by-code";
import { rememberWin } from "./recent-wins";

const claims = counter("downpour_rain_claims_total", "Claims of red packets, by what came of them", [
  "outcome",
]);

/** Looked up once each. */
const outcomes = { won: claims.labels("won"), seen: claims.labels("seen") };

/**
 * Grabs a packet for the caller. What it answers is won: the packet is in the queue of credits, durably, in the same step
 * that took it out of the rain, and on as many replicas as the settings ask for. Repeating a call with the same `claimId` answers the same packet.
 *
 * Throws NOT_FOUND (no such code), RAIN_WRONG_ROOM, FORBIDDEN (the anchor's own rain), KICKED, RAIN_NOT_STARTED, RAIN_ENDED,
 * RAIN_EMPTY, RAIN_ALREADY_CLAIMED (as many as one viewer may have), RATE_LIMITED, UNAVAILABLE (Redis has just come back, or replicas
 * are behind: the same `claimId` is to be sent again).
 */
export async function claimFromRain(ctx: SignedInCtx, input: RainClaimInput): Promise<RainPacket> {
  requireKnownDatabases(ctx.live);
  const { userId } = ctx.session;
  // Nearly always known without waiting, and then not waited for.
  const rain = peekRainByCode(ctx, input.code) ?? (await loadRainByCode(ctx, input.code));
  if (!rain) throw refuse("NOT_FOUND", { field: "code" });
  const { nonce } = ctx;
  // Whatever comes of it is noted in one place, where the script looks.
  nonce?.keepIn(homeBucketOf(rain, userId));
  if (rain.roomId !== input.roomId) throw refuse("RAIN_WRONG_ROOM", { field: "roomId" });
  // An anchor would give the platform's coins, or her own viewers' chances, to herself.
  if (rain.anchorId === userId) throw refuse("FORBIDDEN", { field: "code" });
  const room = peekRoomState(ctx, rain.roomId) ?? (await findRoomState(ctx, rain.roomId));
  // Not waited for where there is nothing to wait for.
  const found = room && findKick(ctx, room);
  const kick = found instanceof Promise ? await found : found;
  if (kick) throw kickedError(kick);

  // Field by field: what is spread into an object and added to is many times slower, and this is the hottest path of a rain.
  const claim = {
    rainId: rain.rainId,
    shardCount: rain.shardCount,
    roomId: rain.roomId,
    userId,
    claimId: input.claimId,
    traceId: ctx.traceId,
    claimedAt: nowAsText(),
    nonce,
  };
  const limit = readRateWindows(ctx.live, ctx.env.RATE_LIMIT_RAIN_CLAIM)[0];
  const { era, isSettled } = peekEra(ctx.redis) ?? (await getEra(ctx.redis));
  // Redis has just come back, and may know of fewer packets that are taken: nothing is lost by waiting.
  if (!isSettled) throw refuse("UNAVAILABLE");
  const result = await claimPacket(ctx.redis, claim, limit, isKnownEmpty(ctx, rain.rainId, era));
  if ("coins" in result) {
    const { packetIndex, coins } = result;
    const { REDIS_REPLICAS_TO_WAIT } = ctx.env;
    if (REDIS_REPLICAS_TO_WAIT > 0) await confirmReplicated(ctx.redis, REDIS_REPLICAS_TO_WAIT);
    outcomes[result.kind].inc();
    rememberWin(ctx.redis, claim, packetIndex, coins);
    return { rainId: rain.rainId, claimId: input.claimId, packetIndex, coins };
  }
  return await refuseBy(ctx, input, rain, era, result);
}

async function refuseBy(
  ctx: SignedInCtx,
  input: RainClaimInput,
  rain: ClaimableRain,
  era: number,
  result: ClaimRefused,
): Promise<RainPacket> {
  switch (result.kind) {
    case "replayed":
      throw refuse("REPLAYED", { field: "x-dp-nonce" });
    case "empty":
      rememberEmpty(ctx, rain.rainId, era);
      throw refuse("RAIN_EMPTY");
    case "enough":
      throw refuse("RAIN_ALREADY_CLAIMED");
    case "soon":
      throw refuse("RAIN_NOT_STARTED");
    case "fast":
      throw refuse("RATE_LIMITED", { retryAfterMs: result.retryAfterMs });
    case "room":
      throw refuse("RAIN_WRONG_ROOM", { field: "roomId" });
    case "over":
      throw refuse("RAIN_ENDED");
    case "unknown":
      return await askDatabase(ctx, input, rain);
  }
}

/** Redis does not say, or no longer: not loaded yet, over and forgotten, or lost. */
async function askDatabase(
  ctx: SignedInCtx,
  input: RainClaimInput,
  { rainId }: ClaimableRain,
): Promise<RainPacket> {
  const row = await findRain(ctx.live, rainId);
  if (!row) throw refuse("NOT_FOUND", { field: "code" });
  if (row.status === "created" || row.status === "preparing") throw refuse("RAIN_NOT_STARTED");
  const mine = await listClaimsOfUser(ctx.live, { rainId, userId: ctx.session.userId });
  const packet = mine.find(({ claimId }) => claimId === input.claimId);
  if (packet) return { rainId, claimId: input.claimId, packetIndex: packet.packetIndex, coins: packet.coins };
  const isOver = row.status !== "started" || (row.endsAt !== null && row.endsAt <= sharedNow());
  // It falls, and Redis does not know it: either it is being opened, or Redis has lost it. Nothing is lost by waiting.
  throw refuse(row.status === "ready" ? "RAIN_NOT_STARTED" : isOver ? "RAIN_ENDED" : "UNAVAILABLE");
}

function refuse(...args: ConstructorParameters<typeof BizError>): BizError {
  claims.inc({ outcome: args[0] });
  return new BizError(...args);
}
