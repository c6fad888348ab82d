import { randomUUID } from "node:crypto";
import {
  findEndReason,
  leaveRainWork,
  listFallingRains,
  recordLoaded,
  recordReady,
  takeRainWork,
} from "@/db/live/queries/rain-work";
import { beginEnding, findRain, type RainRow, startReadyRain } from "@/db/live/queries/rains";
import { digestPackets } from "@/domain/rules/split-packets";
import { gauge } from "@/platform/observability/metrics";
import { getEra } from "@/platform/redis/era";
import { rainToldKey } from "@/platform/redis/keys";
import { defineCache } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { loadShards } from "../../queue/rain-shards";
import type { Resources } from "../context";
import { publishRoomEvents } from "../room/publish-room-events";
import { announceEnd, announceReady, announceStart, packetsOf } from "./announce-rain";
import { endRain } from "./end-rain";
import { tellAnchor } from "./own-rain";
import { toLuckiest } from "./show-rain";

const fallingRains = gauge("downpour_rains_falling", "Rains from which viewers grab now");
const stuckRains = gauge("downpour_rains_ending", "Rains at their end whose claims are not all credited yet");

type RainResources = Pick<Resources, "live" | "redis" | "push" | "log">;

/** What hangs is tried several times a second, and said this often. */
const REPEATED_EVERY_MS = 10_000;
const SAID = defineCache<true>({
  name: "rains_said",
  max: 1_000,
  ttlMs: REPEATED_EVERY_MS,
  droppedBy: "time alone",
});

/** How often an anchor sees the progress of loading. */
const LOADED_EVERY_PACKETS = 5_000;
/** A room hears at most this often how far its rain is. */
const PROGRESS_EVERY_MS = 900;

/**
 * One round of everything that rains need besides being claimed: loading, planned starts, ends, what is left going back, and
 * telling what a process that died could not tell. Any number of workers do it: each rain is taken by one at a time, and
 * every step may be repeated.
 */
export async function keepRains(resources: RainResources): Promise<void> {
  // What shards say, and what is queued, is not believed before they agree with the claims.
  if (!(await getEra(resources.redis)).isSettled) return;
  const rains = await takeRainWork(resources.live);
  stuckRains.set(rains.filter(({ status }) => status === "ending").length);
  const results = await Promise.allSettled(
    rains.map(async (rain) => {
      try {
        await workOn({ ...resources, traceId: rain.traceId }, rain);
      } finally {
        await leaveRainWork(resources.live, [rain.rainId]);
      }
    }),
  );
  for (const [i, result] of results.entries()) {
    if (result.status === "fulfilled") continue;
    const { rainId, status, traceId } = rains[i] as RainRow;
    const reason = String(result.reason);
    const what = `${rainId} ${status} ${reason}`;
    const said = resources.live.caches.of(SAID);
    if (said.get(what)) continue;
    said.set(what, true);
    resources.log.warn({ reason, rainId, status, traceId }, "a rain could not be moved on; will repeat");
  }
}

/** Moves a rain as far on as it goes now. */
async function workOn(ctx: RainResources & { traceId: string }, rain: RainRow): Promise<void> {
  switch (rain.status) {
    case "preparing":
      return await load(ctx, rain);
    case "ready":
      if (await endIfDue(ctx, rain)) return;
      if (rain.announcedStatus !== "ready") await announceReady(ctx, rain);
      return await startIfDue(ctx, rain);
    case "started":
      if (rain.announcedStatus !== "started") await announceStart(ctx, rain);
      await endIfDue(ctx, rain);
      return;
    case "ending":
      await endRain(ctx, rain);
      return;
    case "ended":
      return await announceEnd(ctx, rain);
    case "created":
      return;
  }
}

async function load(ctx: RainResources & { traceId: string }, rain: RainRow): Promise<void> {
  const { rainId } = rain;
  const amounts = packetsOf(rain);
  let told = 0;
  await loadShards(ctx.redis, rain, amounts, randomUUID(), async (loadedPackets) => {
    if (loadedPackets - told < LOADED_EVERY_PACKETS || loadedPackets === rain.packetCount) return;
    told = loadedPackets;
    await recordLoaded(ctx.live, rainId, loadedPackets);
    await tellAnchor(ctx, { ...rain, loadedPackets });
  });
  // One that was called off meanwhile is taken to its end in the next round.
  if (!(await recordReady(ctx.live, rainId, digestPackets(rain.serverSeed, amounts)))) return;
  const ready = await findRain(ctx.live, rainId);
  if (ready?.status === "ready") await announceReady(ctx, ready);
}

async function startIfDue(ctx: RainResources & { traceId: string }, rain: RainRow): Promise<void> {
  if (!rain.startsAt) return;
  const started = await startReadyRain(ctx.live, rain.rainId, { byPlan: true });
  // It is not time yet, its room is not live yet, its payer is frozen, or another rain still falls there: it waits.
  if (started === null || typeof started === "string") return;
  await announceStart(ctx, started);
}

async function endIfDue(ctx: RainResources & { traceId: string }, rain: RainRow): Promise<boolean> {
  const reason = await findEndReason(ctx.live, rain.rainId);
  if (!reason) return false;
  if (await beginEnding(ctx.live, { rainId: rain.rainId, from: [rain.status], reason })) {
    await endRain(ctx, { ...rain, status: "ending", endReason: reason });
  }
  return true;
}

/** Tells rooms how far their rains are, each about once a second, by whichever worker comes first. */
export class RainProgress {
  readonly #told = new Map<string, number>();

  constructor(private readonly resources: RainResources) {}

  async tell(): Promise<void> {
    const { live, redis } = this.resources;
    const rains = await listFallingRains(live);
    fallingRains.set(rains.length);
    for (const rainId of this.#told.keys()) {
      if (!rains.some((rain) => rain.rainId === rainId)) this.#told.delete(rainId);
    }
    for (const rain of rains) {
      const { rainId, roomId, claimedCount, claimedCoins, traceId } = rain;
      if (this.#told.get(rainId) === claimedCount || claimedCount === 0) continue;
      if ((await redis.set(rainToldKey(rainId), "1", "PX", PROGRESS_EVERY_MS, "NX")) !== "OK") continue;
      this.#told.set(rainId, claimedCount);
      const body = { rainId, claimed: claimedCount, coins: claimedCoins, luckiest: toLuckiest(rain) };
      await publishRoomEvents(
        { ...this.resources, traceId },
        roomId,
        [{ event: "rain.progress", traceId, body }],
        sharedNow(),
      );
    }
  }
}
