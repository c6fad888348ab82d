import { finaliseRain } from "@/db/live/queries/rain-money";
import { findRain, type RainRow } from "@/db/live/queries/rains";
import { defineCache } from "@/platform/runtime/caches";
import { closeShards } from "../../queue/rain-shards";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { announceEnd } from "./announce-rain";
import { makeGoodMissing } from "./make-good-missing";

/** By rain: up to which entry each queue held claims when its shard was closed. Only hurries; it is found out anew. */
const CLOSED_AT = defineCache<Map<number, string>>({
  name: "rain_closed_shards",
  max: 1_000,
  droppedBy: "the rain's end",
});

/**
 * Closes a rain that stands at its end and, once every packet that was popped is credited, gives the rest back and tells
 * everybody. False when claims are still on their way: ask again in a moment. Packets whose claims are in no queue any more go
 * back with the rest after some seconds, operators are told, and who was shown them is made good.
 *
 * @param isForced settles with what was credited although popped claims are missing; the queue must be drained all the same
 */
export async function endRain(
  ctx: Pick<Resources, "live" | "redis" | "push" | "log"> & { traceId: string },
  rain: RainRow,
  { isForced = false }: { isForced?: boolean } = {},
): Promise<boolean> {
  const { rainId } = rain;
  const marks = ctx.redis.caches.of(CLOSED_AT);
  const queuedUpTo = marks.get(rainId) ?? new Map<number, string>();
  marks.set(rainId, queuedUpTo);
  const { poppedPackets, isDrained } = await closeShards(ctx.redis, rain, queuedUpTo);
  if (!isDrained) return false;
  const ended = await finaliseRain(ctx.live, {
    rainId,
    poppedPackets: isForced ? null : poppedPackets,
    traceId: rain.traceId,
  });
  if (ended.kind === "mismatch") return false;
  if (ended.kind === "ended" && ended.missingPackets > 0) {
    await raiseAlarm(ctx, {
      kind: "rain.claims_missing",
      subject: `rain:${rainId}`,
      facts: { poppedPackets, missingPackets: ended.missingPackets, refundedCoins: ended.refundedCoins },
      traceId: rain.traceId,
    });
  }
  marks.delete(rainId);
  const now = await findRain(ctx.live, rainId);
  if (!now || now.status !== "ended") return false;
  if (now.announcedStatus !== "ended") {
    // Before it is announced, so that whoever dies here leaves it to the next one.
    if (poppedPackets === null || poppedPackets > now.claimedCount) await makeGoodMissing(ctx, rain);
    await announceEnd(ctx, now);
  }
  return true;
}
