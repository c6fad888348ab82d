import { findSplits } from "@/db/live/queries/rain-splits";
import { splitPackets } from "@/domain/rules/split-packets";
import { defineCache } from "@/platform/runtime/caches";
import type { Resources } from "../context";

/** Packets whose amounts a process keeps at hand, of however many rains fall at once: some forty megabytes. */
const PACKETS_KEPT_MAX = 5_000_000;

const SPLITS = defineCache<readonly number[]>({
  name: "rain_splits",
  max: PACKETS_KEPT_MAX,
  sizeOf: (split) => split.length,
  droppedBy: "nothing: a split never changes",
});

/**
 * The amounts of all packets of some rains, by index. A split never changes once its seed is mixed, and is computed once.
 * Rains that do not exist, or whose budget is not in escrow yet, are left out.
 */
export async function findPacketAmounts(
  { live }: Pick<Resources, "live">,
  rainIds: Iterable<string>,
): Promise<Map<string, readonly number[]>> {
  const cache = live.caches.of(SPLITS);
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
