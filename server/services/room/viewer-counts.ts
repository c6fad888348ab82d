import { roomChannel } from "../../contracts/events";
import type { PushPublisher } from "../../push/publisher";
import type { Resources } from "../context";

const FRESH_MS = 3_000;
const PREFIX = roomChannel("");

interface Counts {
  byRoom: ReadonlyMap<string, number>;
  freshUntil: number;
  refreshing: Promise<void> | null;
}

const caches = new WeakMap<PushPublisher, Counts>();

/**
 * Sockets in each room by room id, a few seconds old. While the push gateway is away every room counts 0; a caller
 * waits for it only the first time.
 */
export async function readViewerCounts(
  resources: Pick<Resources, "push" | "log">,
): Promise<ReadonlyMap<string, number>> {
  let counts = caches.get(resources.push);
  if (!counts) {
    counts = { byRoom: new Map(), freshUntil: 0, refreshing: null };
    caches.set(resources.push, counts);
  }
  if (counts.freshUntil > performance.now()) return counts.byRoom;
  const isFirst = counts.freshUntil === 0;
  counts.refreshing ??= refresh(resources, counts);
  if (isFirst) await counts.refreshing;
  return counts.byRoom;
}

async function refresh(resources: Pick<Resources, "push" | "log">, counts: Counts): Promise<void> {
  try {
    const byChannel = await resources.push.countSubscribers(PREFIX);
    counts.byRoom = new Map(
      [...byChannel].map(([channel, subscribers]) => [channel.slice(PREFIX.length), subscribers]),
    );
  } catch (error) {
    resources.log.warn({ reason: String(error) }, "viewer counts are not to be had");
    counts.byRoom = new Map();
  } finally {
    counts.freshUntil = performance.now() + FRESH_MS;
    counts.refreshing = null;
  }
}
