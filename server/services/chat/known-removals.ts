import type { LiveDb } from "@/db/client";
import { listRemovalsSince } from "@/db/live/queries/chat-removals";
import type { RoomEvent } from "@/domain/contracts/events";
import { defineCache } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { type Removals, takeOutRemoved } from "@/push/publisher/take-out-removed";
import type { Resources } from "../context";

/** A crowd that comes back to a room asks the database once in this time. */
const FRESH_MS = 1_000;
const ROOMS_MAX = 5_000;
/** Clocks of two processes differ by less. */
const MARGIN_MS = 60_000;

interface Known {
  sinceMs: number;
  removals: Promise<Removals>;
}
const REMOVALS = defineCache<Known>({
  name: "chat_removals",
  max: ROOMS_MAX,
  ttlMs: FRESH_MS,
  droppedBy: "a read that failed",
});

/**
 * A room's events without any word that was taken away, by the database: also where Redis lost what said so, came back older,
 * or never heard of it. Throws what the database threw.
 */
export async function withoutRemoved(
  { live }: Pick<Resources, "live">,
  roomId: string,
  events: readonly RoomEvent[],
): Promise<RoomEvent[]> {
  const times = events.flatMap((event) =>
    event.event === "chat.message"
      ? [Date.parse(event.at)]
      : event.event === "chat.restored"
        ? [Date.parse(event.saidAt)]
        : [],
  );
  if (times.length === 0) return [...events];
  const sinceMs = Math.min(...times) - MARGIN_MS;
  return takeOutRemoved(events, await readRemovals(live, roomId, sinceMs));
}

function readRemovals(live: LiveDb, roomId: string, sinceMs: number): Promise<Removals> {
  const cache = live.caches.of(REMOVALS);
  const known = cache.get(roomId);
  if (known && known.sinceMs <= sinceMs) return known.removals;
  const asOf = sharedNow().toISOString();
  const removals = listRemovalsSince(live, { roomId, since: new Date(sinceMs) }).then((read) => ({
    ...read,
    asOf,
  }));
  cache.set(roomId, { sinceMs, removals });
  removals.catch(() => cache.delete(roomId));
  return removals;
}
