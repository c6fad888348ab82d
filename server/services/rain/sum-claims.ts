import { LRUCache } from "lru-cache";
import type { LiveDb } from "@/db/client";
import { countClaimers, listLuckiest, sumClaimsOverTime } from "@/db/live/queries/rain-results";
import type { RainRow } from "@/db/live/queries/rains";
import type { RainResult } from "@/domain/contracts/rain";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";

type ClaimSums = Pick<RainResult, "luckiestBoard" | "viewers" | "series">;

const SERIES_PARTS = 30;
const RAINS_KEPT_MAX = 1_000;

class KnownSums {
  /** Of rains that are over: nothing changes them any more. */
  readonly final = new LRUCache<string, ClaimSums>({ max: RAINS_KEPT_MAX });
  /** By rain and status: whoever asks after the end is not given what was read before it. */
  readonly running = new Map<string, Promise<ClaimSums>>();
}
const caches = new WeakMap<LiveDb, KnownSums>();

/**
 * What the claims of a rain come to. That reads all of them, and everybody in a room asks when its rain ends: of those who ask
 * a process at once one asks the database, and of a rain that is over only the first.
 */
export async function sumClaims({ live }: Pick<Resources, "live">, rain: RainRow): Promise<ClaimSums> {
  const known = caches.get(live) ?? new KnownSums();
  caches.set(live, known);
  const { rainId, status } = rain;
  const final = known.final.get(rainId);
  if (final) return final;
  const key = `${rainId}/${status}`;
  const running = known.running.get(key);
  if (running) return await running;
  const read = readSums(live, rain)
    .then((sums) => {
      if (status === "ended") known.final.set(rainId, sums);
      return sums;
    })
    .finally(() => known.running.delete(key));
  known.running.set(key, read);
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
