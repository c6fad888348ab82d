import { LRUCache } from "lru-cache";
import type { LiveDb } from "@/db/client";
import { findSplits } from "@/db/live/queries/rain-splits";
import { splitPackets } from "@/server/rules/split-packets";
import type { Resources } from "../context";

/** Rains whose amounts a process keeps at hand; with 100,000 packets each that is a few megabytes. */
const RAINS_KEPT_MAX = 16;

const known = new WeakMap<LiveDb, LRUCache<string, readonly number[]>>();

/**
 * The amounts of all packets of some rains, by index. A split never changes once its seed is mixed, and is computed once.
 * Rains that do not exist, or whose budget is not in escrow yet, are left out.
 */
export async function findPacketAmounts(
  { live }: Pick<Resources, "live">,
  rainIds: Iterable<string>,
): Promise<Map<string, readonly number[]>> {
  let cache = known.get(live);
  if (!cache) {
    cache = new LRUCache({ max: RAINS_KEPT_MAX });
    known.set(live, cache);
  }
  const amounts = new Map<string, readonly number[]>();
  const missing: string[] = [];
  for (const rainId of new Set(rainIds)) {
    const kept = cache.get(rainId);
    if (kept) amounts.set(rainId, kept);
    else missing.push(rainId);
  }
  if (missing.length === 0) return amounts;
  for (const { serverSeed, ...facts } of await findSplits(live, missing)) {
    const split = splitPackets(serverSeed, facts);
    cache.set(facts.rainId, split);
    amounts.set(facts.rainId, split);
  }
  return amounts;
}
