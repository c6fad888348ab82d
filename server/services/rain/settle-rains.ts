import { randomUUID } from "node:crypto";
import { listCreditedClaims, listRainsToSettle } from "@/db/live/queries/rain-lost-packets";
import { type RainRow, readRemainingMs } from "@/db/live/queries/rains";
import { dropShards, listQueuedClaims, loadShards, openShards } from "../../queue/rain-shards";
import type { Resources } from "../context";
import { packetsOf } from "./announce-rain";

type SettleResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * Makes the shards of all rains agree with the claims, after Redis may have lost something and before anybody grabs. What ends
 * or has ended is grabbed from no more; what falls is loaded anew without the packets that somebody has.
 */
export async function settleRains(resources: SettleResources): Promise<void> {
  for (const rain of await listRainsToSettle(resources.live)) await settleRain(resources, rain);
}

async function settleRain({ live, redis, log }: SettleResources, rain: RainRow): Promise<void> {
  // First of all nothing is popped any more; then the queue, then the database: what leaves the queue is in there.
  await dropShards(redis, rain);
  if (rain.status !== "started") return;
  const queued = await listQueuedClaims(redis, rain);
  const credited = await listCreditedClaims(live, rain.rainId);
  const taken = new Map(
    [...queued, ...credited].map((claim) => [`${claim.userId}/${claim.claimId}/${claim.packetIndex}`, claim]),
  );
  const remainingMs = await readRemainingMs(live, rain.rainId);
  if (remainingMs === 0) return;
  await loadShards(redis, rain, packetsOf(rain), randomUUID(), async () => {}, [...taken.values()]);
  await openShards(redis, rain, remainingMs);
  log.warn(
    { rainId: rain.rainId, taken: taken.size, traceId: rain.traceId },
    "a rain goes on with the packets that nobody has",
  );
}
