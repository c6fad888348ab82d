import { LRUCache } from "lru-cache";
import type { LiveDb } from "@/db/client";
import { findRainByCode } from "@/db/live/queries/rains";
import type { Resources } from "../context";

/** What never changes of a rain: enough to claim from it. */
export interface ClaimableRain {
  rainId: string;
  roomId: string;
  anchorId: string;
  shardCount: number;
}

class KnownRains {
  readonly byCode = new LRUCache<string, ClaimableRain>({ max: 5_000 });
  /** Kept apart and briefly, so that made-up codes cannot push out real ones. */
  readonly unknown = new LRUCache<string, true>({ max: 5_000, ttl: 2_000 });
  readonly loading = new Map<string, Promise<ClaimableRain | null>>();
  /** Rains of which this process has seen every shard empty, with the era in which it has. */
  readonly empty = new LRUCache<string, number>({ max: 5_000 });
}

/** One for each database that is open: tests open several in a process. */
const caches = new WeakMap<LiveDb, KnownRains>();

function knownTo(live: LiveDb): KnownRains {
  let known = caches.get(live);
  if (!known) {
    known = new KnownRains();
    caches.set(live, known);
  }
  return known;
}

/** The rain that this process knows under a code without asking. */
export function peekRainByCode({ live }: Pick<Resources, "live">, code: string): ClaimableRain | undefined {
  return knownTo(live).byCode.get(code);
}

/** The rain with this code; null when there is none. Of many that ask at once, one asks the database. */
export async function loadRainByCode(
  { live }: Pick<Resources, "live">,
  code: string,
): Promise<ClaimableRain | null> {
  const known = knownTo(live);
  const rain = known.byCode.get(code);
  if (rain) return rain;
  if (known.unknown.has(code)) return null;
  const running = known.loading.get(code);
  if (running) return await running;
  const load = findRainByCode(live, code)
    .then((row) => {
      if (!row) {
        known.unknown.set(code, true);
        return null;
      }
      const { rainId, roomId, anchorId, shardCount } = row;
      const claimable = { rainId, roomId, anchorId, shardCount };
      known.byCode.set(code, claimable);
      return claimable;
    })
    .finally(() => known.loading.delete(code));
  known.loading.set(code, load);
  return await load;
}

/** An empty shard never fills again in its era, so neither does an empty rain. */
export function isKnownEmpty({ live }: Pick<Resources, "live">, rainId: string, era: number): boolean {
  return knownTo(live).empty.get(rainId) === era;
}

export function rememberEmpty({ live }: Pick<Resources, "live">, rainId: string, era: number): void {
  knownTo(live).empty.set(rainId, era);
}
