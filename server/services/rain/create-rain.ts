import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import {
  findRain,
  findRainByCode,
  insertRain,
  type RainRow,
  recordCommitment,
} from "@/db/live/queries/rains";
import { findRoomOfAnchor } from "@/db/live/queries/rooms";
import { readPolicy } from "@/db/policies";
import { BizError } from "@/domain/contracts/errors";
import type { Rain, RainCreateInput, RainPolicy } from "@/domain/contracts/rain";
import { shardCountFor } from "@/domain/rules/rain-shards";
import { commitTo } from "@/domain/rules/split-packets";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow, sharedNowMs } from "@/platform/runtime/shared-clock";
import { appendRoomEvents } from "@/push/publisher/room-log";
import type { Resources, SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { consumeRateLimit } from "../rate-limit";
import { requireRainRight } from "./own-rain";
import { toRain } from "./show-rain";

const SEED_BYTES = 32;
const CODE_BYTES = 18;
/** A planned start lies within this time. */
const PLANNED_MS_MAX = 24 * 3_600_000;

/**
 * Makes a rain: the server's seed is fixed, and its commitment takes its place among the room's events. No coin moves yet.
 * Repeating it with the same id, or the same own code, answers the same rain.
 *
 * Throws RAIN_INVALID_BUDGET (with the `field` at fault and the `min` or `max` it has), NOT_FOUND (the anchor has no room
 * yet), RAIN_STATE_CONFLICT (that id or code is another rain's), INVALID_INPUT (the planned start), RAINS_STOPPED,
 * RATE_LIMITED.
 */
export async function createRain(ctx: SignedInCtx, input: RainCreateInput): Promise<Rain> {
  const anchorId = ctx.session.userId;
  const known = await findSameRain(ctx, input);
  if (known) return toRain(known);
  requireFeature(ctx, "FEATURE_RAINS");
  await requireRainRight(ctx);
  requireFitting(input, await readPolicy(ctx.live.sql, "rain"));
  requireSensibleStart(input.startsAt);
  const room = await findRoomOfAnchor(ctx.live, anchorId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  await consumeRateLimit(ctx.redis, "rain.create", anchorId, ctx.env.RATE_LIMIT_RAIN_CREATE);
  const serverSeed = randomBytes(SEED_BYTES).toString("hex");
  const rain = await insertRain(ctx.live, {
    rainId: input.rainId ?? uuidv7(),
    code: input.code ?? randomBytes(CODE_BYTES).toString("base64url"),
    roomId: room.roomId,
    anchorId,
    status: "created",
    fundedBy: input.fundedBy,
    budgetCoins: input.budgetCoins,
    packetCount: input.packetCount,
    durationSeconds: input.durationSeconds,
    claimsPerViewer: input.claimsPerViewer,
    remark: input.remark || null,
    serverSeed,
    commitment: commitTo(serverSeed),
    shardCount: shardCountFor(input.packetCount),
    startsAt: input.startsAt ? new Date(input.startsAt) : null,
    traceId: ctx.traceId,
    createdAt: sharedNow(),
  });
  if (rain === "banned") throw new BizError("ROOM_BANNED");
  if (rain === "role") throw new BizError("FORBIDDEN");
  if (!rain) {
    // Somebody was first: this very call, sent twice, or another rain.
    const other = await findSameRain(ctx, input);
    if (!other) throw new BizError("RAIN_STATE_CONFLICT", { field: input.rainId ? "rainId" : "code" });
    return toRain(other);
  }
  await publishCommitment(ctx, rain);
  return toRain(rain);
}

/** The rain that this call made before. Throws RAIN_STATE_CONFLICT when its id or code names another one. */
async function findSameRain(ctx: SignedInCtx, input: RainCreateInput): Promise<RainRow | null> {
  const rain =
    (input.rainId ? await findRain(ctx.live, input.rainId) : null) ??
    (input.code ? await findRainByCode(ctx.live, input.code) : null);
  if (!rain) return null;
  const isSame =
    rain.anchorId === ctx.session.userId &&
    (input.rainId === undefined || rain.rainId === input.rainId) &&
    (input.code === undefined || rain.code === input.code) &&
    rain.budgetCoins === input.budgetCoins &&
    rain.packetCount === input.packetCount &&
    rain.durationSeconds === input.durationSeconds &&
    rain.claimsPerViewer === input.claimsPerViewer &&
    rain.fundedBy === input.fundedBy &&
    rain.remark === (input.remark || null);
  if (!isSame) throw new BizError("RAIN_STATE_CONFLICT", { field: input.rainId ? "rainId" : "code" });
  return rain;
}

function requireFitting(input: RainCreateInput, policy: RainPolicy): void {
  const refuse = (field: string, bound: { min: number } | { max: number }) =>
    new BizError("RAIN_INVALID_BUDGET", { field, ...bound });
  const { packetCount, budgetCoins, durationSeconds, claimsPerViewer } = input;
  if (packetCount < 1) throw refuse("packetCount", { min: 1 });
  if (packetCount > policy.packetCountMax) throw refuse("packetCount", { max: policy.packetCountMax });
  if (budgetCoins < packetCount) throw refuse("budgetCoins", { min: packetCount });
  if (budgetCoins > policy.budgetCoinsMax) throw refuse("budgetCoins", { max: policy.budgetCoinsMax });
  if (durationSeconds > policy.durationSecondsMax)
    throw refuse("durationSeconds", { max: policy.durationSecondsMax });
  if (claimsPerViewer > policy.claimsPerViewerMax)
    throw refuse("claimsPerViewer", { max: policy.claimsPerViewerMax });
}

function requireSensibleStart(startsAt: string | undefined): void {
  if (startsAt === undefined) return;
  const inMs = Date.parse(startsAt) - sharedNowMs();
  if (inMs <= 0 || inMs > PLANNED_MS_MAX) throw new BizError("INVALID_INPUT", { field: "startsAt" });
}

/**
 * Gives the commitment its place among the room's events, if it has none yet, and returns its number. What viewers do
 * after that is what the seed is mixed with.
 */
export async function publishCommitment(
  ctx: Pick<Resources, "live" | "redis" | "push" | "log"> & { traceId: string },
  rain: RainRow,
): Promise<number> {
  if (rain.committedSeq !== null) return rain.committedSeq;
  const { rainId, budgetCoins, packetCount, commitment, roomId } = rain;
  const body = { rainId, budgetCoins, packetCount, commitment };
  const event = { event: "rain.committed", traceId: ctx.traceId, body } as const;
  const [numbered] = await appendRoomEvents(ctx.redis, roomId, [event], sharedNow());
  if (!numbered) throw new Error("A commitment got no number.");
  const sent = ctx.push.sendRoomEvents([{ roomId, events: [numbered] }]);
  runInBackground(ctx.log, "sending a commitment", ctx.traceId, sent);
  return await recordCommitment(ctx.live, rainId, numbered.seq);
}
