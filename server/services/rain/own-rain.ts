import { listAccountRestrictions } from "@/db/live/queries/account-restrictions";
import { findRain, type RainRow } from "@/db/live/queries/rains";
import { BizError } from "@/domain/contracts/errors";
import type { RainUpdatedEvent } from "@/domain/contracts/events";
import { rainWorkChannel } from "@/platform/redis/keys";
import { runInBackground } from "@/platform/runtime/background";
import type { Resources, SignedInCtx } from "../context";

const RESTRICTIONS_MAX = 100;

/** The caller's own rain, or any for an operator. Throws NOT_FOUND for everybody else's. */
export async function getOwnRain(ctx: SignedInCtx, rainId: string): Promise<RainRow> {
  const rain = await findRain(ctx.live, rainId);
  const { userId, role } = ctx.session;
  if (!rain || (rain.anchorId !== userId && role !== "operator"))
    throw new BizError("NOT_FOUND", { field: "rainId" });
  return rain;
}

/** Tells the workers that there is something to do. They look by themselves as well: this only hurries them. */
export function askForRainWork(
  ctx: Pick<Resources, "redis" | "log"> & { traceId: string },
  rainId: string,
): void {
  runInBackground(ctx.log, "asking for rain work", ctx.traceId, ctx.redis.publish(rainWorkChannel, rainId));
}

/** Tells the anchor's screens how a rain stands. Never throws: they ask by themselves as well. */
export async function tellAnchor(
  ctx: Pick<Resources, "push" | "log">,
  rain: Pick<RainRow, "anchorId" | "rainId" | "loadedPackets" | "status">,
): Promise<void> {
  const data: RainUpdatedEvent = {
    rainId: rain.rainId,
    status: rain.status,
    loadedPackets: rain.loadedPackets,
  };
  await ctx.push
    .sendUserEvents([{ userId: rain.anchorId, event: "rain.updated", data }])
    .catch((error: unknown) =>
      ctx.log.debug({ reason: String(error) }, "a rain's anchor could not be told how it stands"),
    );
}

/** Throws RAINS_STOPPED with the reason, while an operator has taken the right to rain away. */
export async function requireRainRight({ live, session }: SignedInCtx): Promise<void> {
  const rows = await listAccountRestrictions(live, session.userId, RESTRICTIONS_MAX);
  const stop = rows.find(({ kind, stands }) => stands && kind === "rains");
  if (stop) throw new BizError("RAINS_STOPPED", { reason: stop.reason });
}
