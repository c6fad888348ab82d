import { randomUUID } from "node:crypto";
import { recordAnnounced } from "@/db/live/queries/rain-work";
import { type RainRow, readRemainingMs } from "@/db/live/queries/rains";
import { splitPackets } from "@/domain/rules/split-packets";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { loadShards, openShards } from "../../queue/rain-shards";
import type { Resources } from "../context";
import { publishRoomEvents } from "../room/publish-room-events";
import { announceWallet } from "../wallet/announce-wallet";
import { tellAnchor } from "./own-rain";
import { toLuckiest } from "./show-rain";

type RainResources = Pick<Resources, "live" | "redis" | "push" | "log"> & { traceId: string };

const sizeOf = ({ rainId, budgetCoins, packetCount, commitment, remark }: RainRow) => ({
  rainId,
  budgetCoins,
  packetCount,
  commitment,
  ...(remark !== null && { remark }),
});

/** All packets of a rain; only for one whose entropy is fixed. */
export function packetsOf(rain: RainRow): number[] {
  const { serverSeed, rainId, budgetCoins, packetCount, entropy } = rain;
  return splitPackets(serverSeed, { rainId, budgetCoins, packetCount, entropy: entropy ?? [] });
}

/** Tells the anchor that her rain is ready, and the room when it is planned. */
export async function announceReady(ctx: RainResources, rain: RainRow): Promise<void> {
  if (rain.startsAt) await announcePlannedStart(ctx, rain);
  await ctx.push
    .sendUserEvents([{ userId: rain.anchorId, event: "rain.ready", data: { rainId: rain.rainId } }])
    .catch((error: unknown) => ctx.log.debug({ reason: String(error) }, "rain.ready could not be sent"));
  await tellAnchor(ctx, rain);
  await recordAnnounced(ctx.live, rain.rainId, "ready");
}

/** Tells the room when a rain will start. */
export async function announcePlannedStart(ctx: RainResources, rain: RainRow): Promise<void> {
  if (!rain.startsAt) return;
  const { durationSeconds, claimsPerViewer, startsAt } = rain;
  const body = { ...sizeOf(rain), startsAt: startsAt.toISOString(), durationSeconds, claimsPerViewer };
  const event = { event: "rain.scheduled", traceId: ctx.traceId, body } as const;
  await publishRoomEvents(ctx, rain.roomId, [event], sharedNow());
  await tellAnchor(ctx, rain);
}

/**
 * Opens a rain that has started and tells the room, with its code. Repeating it changes nothing but that the room is told
 * again; whoever listens knows the rain by its id.
 */
export async function announceStart(ctx: RainResources, rain: RainRow): Promise<void> {
  const { rainId, code, packetsDigest, claimsPerViewer, durationSeconds, endsAt } = rain;
  if (!endsAt || !packetsDigest) throw new Error("A rain that has not started cannot be announced.");
  const remainingMs = await readRemainingMs(ctx.live, rainId);
  // Over before whoever was to announce it came to it: then only its end is told.
  if (remainingMs === 0) return;
  if (!(await openShards(ctx.redis, rain, remainingMs))) {
    // Redis has lost it before anybody could claim: it is loaded anew from its seed.
    await loadShards(ctx.redis, rain, packetsOf(rain), randomUUID(), async () => {});
    await openShards(ctx.redis, rain, await readRemainingMs(ctx.live, rainId));
  }
  const body = {
    ...sizeOf(rain),
    code,
    packetsDigest,
    claimsPerViewer,
    durationSeconds,
    endsAt: endsAt.toISOString(),
  };
  const event = { event: "rain.started", traceId: ctx.traceId, body } as const;
  await publishRoomEvents(ctx, rain.roomId, [event], sharedNow());
  await recordAnnounced(ctx.live, rainId, "started");
  await tellAnchor(ctx, rain);
}

/**
 * Tells the room how a rain ended, and reveals its seed; of one that never fell only that it will not. The anchor hears of
 * what came back to her wallet.
 */
export async function announceEnd(ctx: RainResources, rain: RainRow): Promise<void> {
  const { rainId, roomId, claimedCount, claimedCoins, refundedCoins, serverSeed, endReason } = rain;
  if (rain.startedAt) {
    const body = {
      rainId,
      claimed: claimedCount,
      coins: claimedCoins,
      refundedCoins,
      luckiest: toLuckiest(rain),
      serverSeed,
      endReason: endReason ?? "time_up",
    };
    const event = { event: "rain.ended", traceId: ctx.traceId, body } as const;
    await publishRoomEvents(ctx, roomId, [event], sharedNow());
  } else if (rain.startsAt) {
    const event = { event: "rain.cancelled", traceId: ctx.traceId, body: { rainId } } as const;
    await publishRoomEvents(ctx, roomId, [event], sharedNow());
  }
  if (refundedCoins > 0 && rain.fundedBy === "anchor") await announceWallet(ctx, rain.anchorId, "packet");
  await tellAnchor(ctx, rain);
  await recordAnnounced(ctx.live, rainId, "ended");
}
