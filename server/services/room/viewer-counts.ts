import { roomChannel } from "@/domain/contracts/events";
import { defineHeld } from "@/platform/runtime/caches";
import type { Resources } from "../context";

const FRESH_MS = 3_000;
/** While the push gateway is away, the last counts are taken to be right for this long. */
const KEPT_MS = 30_000;
const PREFIX = roomChannel("");

interface Counts {
  byRoom: ReadonlyMap<string, number>;
  freshUntil: number;
  keptUntil: number;
  refreshing: Promise<void> | null;
}

/** As many as there are rooms with somebody in them. */
const COUNTS = defineHeld(
  (): Counts => ({ byRoom: new Map(), freshUntil: 0, keptUntil: 0, refreshing: null }),
);

/**
 * Viewers of each room by room id, a few seconds old: everybody once, whatever tabs and devices they have, without the
 * anchor and operators. A gateway that is away for half a minute is not seen in them; after that every room counts 0. A
 * caller waits for it only the first time.
 */
export async function readViewerCounts(
  resources: Pick<Resources, "push" | "log">,
): Promise<ReadonlyMap<string, number>> {
  const counts = resources.push.caches.of(COUNTS);
  if (counts.freshUntil > performance.now()) return counts.byRoom;
  const isFirst = counts.freshUntil === 0;
  counts.refreshing ??= refresh(resources, counts);
  if (isFirst) await counts.refreshing;
  return counts.byRoom;
}

async function refresh(resources: Pick<Resources, "push" | "log">, counts: Counts): Promise<void> {
  try {
    const byChannel = await resources.push.countViewers(PREFIX);
    counts.byRoom = new Map(
      [...byChannel].map(([channel, viewers]) => [channel.slice(PREFIX.length), viewers]),
    );
    counts.keptUntil = performance.now() + KEPT_MS;
  } catch (error) {
    resources.log.warn({ reason: String(error) }, "viewer counts are not to be had");
    if (counts.keptUntil <= performance.now()) counts.byRoom = new Map();
  } finally {
    counts.freshUntil = performance.now() + FRESH_MS;
    counts.refreshing = null;
  }
}
