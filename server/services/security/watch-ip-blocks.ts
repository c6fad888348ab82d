import { type HeldBlock, readHeldBlocks } from "@/db/live/queries/ip-blocks";
import { storeIpBlocks } from "@/platform/redis/ip-blocks";
import { defineHeld } from "@/platform/runtime/caches";
import { repeatEvery } from "@/platform/runtime/repeat";
import { within } from "@/platform/runtime/within";
import { BlockedRanges } from "@/platform/security/blocked-ranges";
import type { Resources } from "../context";

const ASK_EVERY_MS = 1_000;
/** A process that starts while the database is away turns nobody away until it is back. */
const FIRST_MS_MAX = 3_000;

/** Two questions may be under way: what the later one was told holds. */
const HELD = defineHeld(() => ({
  ranges: new BlockedRanges(),
  asked: 0,
  applied: 0,
  /** As read last; undefined until then. */
  rows: undefined as readonly HeldBlock[] | undefined,
}));

/** Whom this process turns away. */
export const blockedRangesOf = ({ live }: Pick<Resources, "live">): BlockedRanges =>
  live.caches.of(HELD).ranges;

/**
 * Keeps the list of blocked addresses in force in this process, and in Redis for the gateways, which have no database.
 * While the database is away what is known holds, and ends by itself. Resolves when it was asked once. Returns what ends it.
 */
export async function watchIpBlocks(
  resources: Pick<Resources, "live" | "redis" | "log">,
): Promise<() => Promise<void>> {
  const { live, redis, log } = resources;
  let onAsked: () => void;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const stopAsking = repeatEvery(ASK_EVERY_MS, log, "reading blocked addresses", () =>
    followIpBlocks(resources).finally(onAsked),
  );
  // Apart, so that a Redis that does not answer holds nothing up here.
  const stopTelling = repeatEvery(ASK_EVERY_MS, log, "telling blocked addresses", async () => {
    const { rows } = live.caches.of(HELD);
    if (!rows || redis.status !== "ready") return;
    await storeIpBlocks(
      redis,
      rows.map(({ range, expiresAtMs }) => ({ range, expiresAtMs })),
    );
  });
  await within(FIRST_MS_MAX, asked);
  return async () => {
    await Promise.all([stopAsking(), stopTelling()]);
  };
}

/** Once: what is stored now holds in this process. For whoever has just changed it, and for the watch. */
export async function followIpBlocks({ live }: Pick<Resources, "live">): Promise<void> {
  const held = live.caches.of(HELD);
  held.asked += 1;
  const turn = held.asked;
  const askedAtMs = performance.now();
  const rows = await readHeldBlocks(live);
  if (turn < held.applied) return;
  held.applied = turn;
  held.rows = rows;
  held.ranges.hold(rows, askedAtMs);
}
