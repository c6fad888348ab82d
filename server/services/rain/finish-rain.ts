import { beginEnding } from "@/db/live/queries/rains";
import { insertOperatorAction } from "@/db/operator-actions";
import { BizError } from "@/domain/contracts/errors";
import type { Rain, StopRainInput } from "@/domain/contracts/rain";
import type { SignedInCtx } from "../context";
import { endRain } from "./end-rain";
import { askForRainWork, getOwnRain } from "./own-rain";
import { toRain } from "./show-rain";

/**
 * Ends a rain that falls, or calls off one that has not started; what nobody claimed goes back to who paid. Repeating it
 * changes nothing. Throws NOT_FOUND, and RAIN_ENDED for one that is over.
 */
export async function finishRain(ctx: SignedInCtx, input: { rainId: string }): Promise<Rain> {
  const rain = await getOwnRain(ctx, input.rainId);
  if (rain.anchorId !== ctx.session.userId) throw new BizError("NOT_FOUND", { field: "rainId" });
  if (rain.status === "ended" || rain.status === "ending")
    throw new BizError("RAIN_ENDED", { status: rain.status });
  const { rainId } = rain;
  const isStopped =
    (await beginEnding(ctx.live, { rainId, from: ["started"], reason: "finished" })) ||
    (await beginEnding(ctx.live, { rainId, from: ["created", "preparing", "ready"], reason: "cancelled" })) ||
    (await beginEnding(ctx.live, { rainId, from: ["started"], reason: "finished" }));
  if (!isStopped) throw new BizError("RAIN_ENDED");
  askForRainWork(ctx, rainId);
  return toRain(await getOwnRain(ctx, rainId));
}

/**
 * The same by an operator, with the reason in the audit log. One that hangs at its end because claims are missing is
 * settled with what was credited. Throws NOT_FOUND, RAIN_ENDED.
 */
export async function stopRain(ctx: SignedInCtx, input: StopRainInput): Promise<Rain> {
  const rain = await getOwnRain(ctx, input.rainId);
  const { rainId, status } = rain;
  if (status === "ended") throw new BizError("RAIN_ENDED", { status });
  await insertOperatorAction(ctx.live.sql, {
    actorId: ctx.session.userId,
    action: "rain.stop",
    subject: `rain:${rainId}`,
    before: { status },
    reason: input.reason,
    traceId: ctx.traceId,
  });
  if (status === "ending") {
    if (!(await endRain(ctx, rain, { isForced: true })))
      throw new BizError("RAIN_STATE_CONFLICT", { status });
  } else {
    const from = ["created", "preparing", "ready", "started"] as const;
    const reason = status === "started" ? "finished" : "cancelled";
    await beginEnding(ctx.live, { rainId, from, reason });
    askForRainWork(ctx, rainId);
  }
  return toRain(await getOwnRain(ctx, rainId));
}
