import type { LiveDb } from "@/db/client";
import { countClaimers, listLuckiest, sumClaimsOverTime } from "@/db/live/queries/rain-results";
import type { RainRow } from "@/db/live/queries/rains";
import type { RainResult } from "@/domain/contracts/rain";
import { defineCache, defineHeld } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";

type ClaimSums = Pick<RainResult, "luckiestBoard" | "viewers" | "series">;

const SERIES_PARTS = 30;
const RAINS_KEPT_MAX = 1_000;

const FINAL_SUMS = defineCache<ClaimSums>({
  name: "rain_sums",
  max: RAINS_KEPT_MAX,
  droppedBy: "nothing: they are of rains that are over",
});
/** By rain and status: whoever asks after the end is not given what was read before it. */
const READING = defineHeld(() => new Map<string, Promise<ClaimSums>>());

/**
 * What the claims of a rain come to. That reads all of them, and everybody in a room asks when its rain ends: of those who ask
 * a process at once one asks the database, and of a rain that is over only the first.
 */
export async function sumClaims({ live }: Pick<Resources, "live">, rain: RainRow): Promise<ClaimSums> {
  const finalSums = live.caches.of(FINAL_SUMS);
  const reading = live.caches.of(READING);
  const { rainId, status } = rain;
  const final = finalSums.get(rainId);
  if (final) return final;
  const key = `${rainId}/${status}`;
  const running = reading.get(key);
  if (running) return await running;
  const read = readSums(live, rain)
    .then((sums) => {
      if (status === "ended") finalSums.set(rainId, sums);
      return sums;
    })
    .finally(() => reading.delete(key));
  reading.set(key, read);
  return await read;
}

async function readSums(live: LiveDb, { rainId, startedAt, endingAt }: RainRow): Promise<ClaimSums> {
  const until = endingAt ?? sharedNow();
  const [luckiestBoard, viewers, series] = await Promise.all([
    listLuckiest(live, rainId),
    countClaimers(live, rainId),
    startedAt ? sumClaimsOverTime(live, { rainId, startedAt, until, parts: SERIES_PARTS }) : [],
  ]);
  return { luckiestBoard, viewers, series };
}
