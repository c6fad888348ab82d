import { leaveRainWork } from "@/db/live/queries/rain-work";
import { planStart, startReadyRain } from "@/db/live/queries/rains";
import { BizError } from "@/domain/contracts/errors";
import type { Rain, RainStartInput } from "@/domain/contracts/rain";
import type { SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { consumeRateLimit } from "../rate-limit";
import { announcePlannedStart, announceStart } from "./announce-rain";
import { getOwnRain, requireRainRight } from "./own-rain";
import { toRain } from "./show-rain";

/**
 * Lets a rain fall, now or after a countdown. The code becomes known with it.
 *
 * Throws NOT_FOUND, RAIN_NOT_READY, RAIN_STATE_CONFLICT (it falls already, or another one does), RAIN_ENDED, ROOM_NOT_LIVE,
 * WALLET_FROZEN, RAINS_STOPPED, RATE_LIMITED.
 */
export async function startRain(ctx: SignedInCtx, input: RainStartInput): Promise<Rain> {
  const { rainId, countdownSeconds } = input;
  const rain = await getOwnRain(ctx, rainId);
  if (rain.anchorId !== ctx.session.userId) throw new BizError("NOT_FOUND", { field: "rainId" });
  if (rain.status === "created" || rain.status === "preparing")
    throw new BizError("RAIN_NOT_READY", { status: rain.status });
  if (rain.status === "started") throw new BizError("RAIN_STATE_CONFLICT", { status: rain.status });
  if (rain.status !== "ready") throw new BizError("RAIN_ENDED", { status: rain.status });
  requireFeature(ctx, "FEATURE_RAINS");
  await requireRainRight(ctx);
  await consumeRateLimit(ctx.redis, "rain.start", rain.anchorId, ctx.env.RATE_LIMIT_RAIN);
  if (countdownSeconds > 0) {
    if (!(await planStart(ctx.live, rainId, countdownSeconds))) throw new BizError("RAIN_STATE_CONFLICT");
    const planned = await getOwnRain(ctx, rainId);
    await announcePlannedStart(ctx, planned);
    return toRain(planned);
  }
  const started = await startReadyRain(ctx.live, rainId);
  if (started === "not-live") throw new BizError("ROOM_NOT_LIVE");
  if (started === "frozen") throw new BizError("WALLET_FROZEN");
  if (started === "falling" || started === null) throw new BizError("RAIN_STATE_CONFLICT");
  try {
    await announceStart(ctx, started);
    await leaveRainWork(ctx.live, [rainId]);
  } catch (error) {
    // It has started, and a worker opens and announces it within moments.
    ctx.log.warn({ reason: String(error), rainId, traceId: ctx.traceId }, "a start could not be announced");
  }
  return toRain(started);
}
