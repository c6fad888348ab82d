import type { TopPeriod } from "@/db/live/queries/supporters";
import { listPeople } from "@/db/live/queries/users";
import type { RoomTop, TopItem, TopWindow } from "@/domain/contracts/room";
import { dayOf, weekOf } from "@/domain/rules/calendar";
import { roomTopKey } from "@/platform/redis/keys";
import { defineCache } from "@/platform/runtime/caches";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Ctx, Resources } from "../context";
import { requireEntry } from "./entrance";
import type { RoomState } from "./room-state";
import { type BoardEntry, readBoard, readPlace } from "./top-board";

/** A process shows the same board to everybody for this long. */
const FRESH_MS = 1_000;
const BOARDS_MAX = 5_000;
const BOARDS = defineCache<Promise<TopItem[]>>({
  name: "room_boards",
  max: BOARDS_MAX,
  ttlMs: FRESH_MS,
  droppedBy: "a read that failed",
});

/**
 * Who gave most in a room: in the running session, today, this week or ever, and where the caller stands. Anonymous
 * gifts rank without a name. Empty with `isPublic` false where the room keeps it to itself; its anchor and operators see
 * it still. Throws NOT_FOUND, ROOM_BANNED, KICKED.
 */
export async function getTop(ctx: Ctx, input: { roomId: string; window: TopWindow }): Promise<RoomTop> {
  const { roomId, window } = input;
  const { session } = ctx;
  const room = await requireEntry(ctx, roomId);
  const isPublic = room.topIsPublic;
  const maySee = isPublic || session?.role === "operator" || session?.userId === room.anchorId;
  const period = periodOf(room, window);
  if (!maySee || !period) return { window, items: [], isPublic };
  const items = await readItems(ctx, roomId, period);
  const me = session && (await readPlace(ctx.redis, roomId, period, session.userId));
  return { window, items, isPublic, ...(me ? { me } : {}) };
}

function periodOf(room: RoomState, window: TopWindow): TopPeriod | null {
  switch (window) {
    case "session":
      return room.sessionId ? { window, id: room.sessionId } : null;
    case "day":
      return { window, id: dayOf(sharedNowMs()) };
    case "week":
      return { window, id: weekOf(sharedNowMs()) };
    case "all":
      return { window, id: "" };
  }
}

function readItems(ctx: Ctx, roomId: string, period: TopPeriod): Promise<TopItem[]> {
  const cache = ctx.redis.caches.of(BOARDS);
  const key = roomTopKey(roomId, period);
  const known = cache.get(key);
  if (known) return known;
  const reading = readBoard(ctx, roomId, period).then(async (entries) => {
    const [items = []] = await toItems(ctx, [entries]);
    return items;
  });
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  return reading;
}

/** Boards as viewers see them, the names of all of them read together. */
export async function toItems(
  resources: Pick<Resources, "live">,
  lists: readonly (readonly BoardEntry[])[],
): Promise<TopItem[][]> {
  const named = new Set(lists.flat().flatMap((entry) => (entry.anonymous ? [] : [entry.senderId])));
  const people = await listPeople(resources.live, [...named]);
  const nicknames = new Map(people.map((person) => [person.userId, person.nickname]));
  return lists.map((entries) =>
    entries.map(({ senderId, anonymous, coins }, i) => ({
      rank: i + 1,
      userId: anonymous ? null : senderId,
      nickname: anonymous ? "" : (nicknames.get(senderId) ?? ""),
      coins,
    })),
  );
}
