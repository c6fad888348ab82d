import { findRainByCode } from "@/db/live/queries/rains";
import { defineCache, defineHeld } from "@/platform/runtime/caches";
import type { Resources } from "../context";

/** What never changes of a rain: enough to claim from it. */
export interface ClaimableRain {
  rainId: string;
  roomId: string;
  anchorId: string;
  shardCount: number;
}

const BY_CODE = defineCache<ClaimableRain>({
  name: "rains_by_code",
  max: 5_000,
  droppedBy: "nothing: what is kept never changes",
});
/** Kept apart and briefly, so that made-up codes cannot push out real ones. */
const UNKNOWN_CODES = defineCache<true>({
  name: "rains_unknown",
  max: 5_000,
  ttlMs: 2_000,
  droppedBy: "time alone",
});
/** Rains of which this process has seen every shard empty, with the era in which it has. */
const EMPTY_RAINS = defineCache<number>({
  name: "rains_empty",
  max: 5_000,
  droppedBy: "another era of Redis",
});
/** Reads under way. */
const LOADING = defineHeld(() => new Map<string, Promise<ClaimableRain | null>>());

/** The rain that this process knows under a code without asking. */
export function peekRainByCode({ live }: Pick<Resources, "live">, code: string): ClaimableRain | undefined {
  return live.caches.of(BY_CODE).get(code);
}

/** The rain with this code; null when there is none. Of many that ask at once, one asks the database. */
export async function loadRainByCode(
  { live }: Pick<Resources, "live">,
  code: string,
): Promise<ClaimableRain | null> {
  const rain = live.caches.of(BY_CODE).get(code);
  if (rain) return rain;
  const unknown = live.caches.of(UNKNOWN_CODES);
  if (unknown.get(code)) return null;
  const loading = live.caches.of(LOADING);
  const running = loading.get(code);
  if (running) return await running;
  const load = findRainByCode(live, code)
    .then((row) => {
      if (!row) {
        unknown.set(code, true);
        return null;
      }
      const { rainId, roomId, anchorId, shardCount } = row;
      const claimable = { rainId, roomId, anchorId, shardCount };
      live.caches.of(BY_CODE).set(code, claimable);
      return claimable;
    })
    .finally(() => loading.delete(code));
  loading.set(code, load);
  return await load;
}

/** An empty shard never fills again in its era, so neither does an empty rain. */
export function isKnownEmpty({ live }: Pick<Resources, "live">, rainId: string, era: number): boolean {
  return live.caches.of(EMPTY_RAINS).get(rainId) === era;
}

export function rememberEmpty({ live }: Pick<Resources, "live">, rainId: string, era: number): void {
  live.caches.of(EMPTY_RAINS).set(rainId, era);
}
