import { randomUUID } from "node:crypto";
import { insertSeedRooms } from "@/db/live/queries/seed";
import { addStays } from "@/db/live/queries/visits";
import { AFFINITY_DAYS } from "@/domain/rules/affinity";
import { requestAnalyticsRun } from "../services/analytics/manage-runs";
import { runAffinity } from "../services/analytics/run-affinity";
import { runAnalytics } from "../services/analytics/run-analytics";
import type { Resources } from "../services/context";
import { callBy, openAnchor } from "./money-harness";

const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface WatchedRoom {
  roomId: string;
  anchorId: string;
  sessionId: string;
}

/** Rooms with these tags, that have been live for longer than anything counts. */
export async function openWatchedRooms(
  resources: Pick<Resources, "live" | "env">,
  tags: readonly (readonly string[])[],
): Promise<WatchedRoom[]> {
  const made: WatchedRoom[] = [];
  for (const own of tags) {
    const anchorId = await openAnchor(resources);
    const room = { roomId: randomUUID(), anchorId, sessionId: randomUUID() };
    await insertSeedRooms(resources.live, [
      {
        id: room.roomId,
        anchorId: room.anchorId,
        title: `About ${own.join(" and ")}`,
        category: "talk",
        tags: [...own],
        sessionId: room.sessionId,
        startedAt: new Date(Date.now() - 2 * AFFINITY_DAYS * DAY_MS),
      },
    ]);
    made.push(room);
  }
  return made;
}

/** Somebody with an account was in a room. */
export async function watchRoom(
  { live }: Pick<Resources, "live">,
  stay: { room: WatchedRoom; viewerId: string; fromMs: number; toMs: number },
): Promise<void> {
  const { room, viewerId, fromMs, toMs } = stay;
  await addStays(live.sql, [
    { roomId: room.roomId, visitorId: viewerId, isGuest: false, from: new Date(fromMs), to: new Date(toMs) },
  ]);
}

/** A run that was asked for, and what comes after it. Throws where it does not come to its end. */
export async function countEverything(resources: Resources): Promise<void> {
  await requestAnalyticsRun(callBy(resources, randomUUID(), "operator"), { reason: "test" });
  const run = await runAnalytics(resources, "one", { leaseMs: LEASE_MS });
  const affinity = await runAffinity(resources, "one", { leaseMs: LEASE_MS });
  if (run !== "done" || affinity !== "done") throw new Error(`It ended as ${run}, ${affinity}.`);
}

/**
 * Two crowds of 30 who watch an hour of one of two rooms on each of the last three days; one in ten of the second was in the
 * first room three days ago. Told by `watch`.
 */
export async function plantCrowds(
  rooms: readonly [WatchedRoom, WatchedRoom],
  watch: (stay: Parameters<typeof watchRoom>[1]) => Promise<void>,
): Promise<[string[], string[]]> {
  const crowds: [string[], string[]] = [[], []];
  const nowMs = Date.now();
  for (let i = 0; i < 60; i++) {
    const viewerId = randomUUID();
    const own = i % 2 === 0 ? 0 : 1;
    crowds[own].push(viewerId);
    for (const daysAgo of [0, 1, 2]) {
      const room = i % 10 === 9 && daysAgo === 2 ? rooms[0] : rooms[own];
      const toMs = nowMs - daysAgo * DAY_MS;
      await watch({ room, viewerId, fromMs: toMs - HOUR_MS, toMs });
    }
  }
  return crowds;
}
