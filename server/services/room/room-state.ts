import type { LiveDb } from "@/db/client";
import { listModeratorIds } from "@/db/live/queries/room-moderators";
import { listRestrictionsOfRoom, type RestrictionRow } from "@/db/live/queries/room-restrictions";
import { findRoom } from "@/db/live/queries/rooms";
import { isUnavailable } from "@/domain/rules/driver-errors";
import type { Notices } from "@/platform/redis/notices";
import { roomChangedChannel } from "@/platform/redis/web-keys";
import { Cache, defineHeld } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { combineRestrictions, type Restrictions, UNRESTRICTED } from "./restrictions";

export interface RoomState {
  roomId: string;
  anchorId: string;
  isLive: boolean;
  sessionId: string | null;
  banned: boolean;
  guestsMayChat: boolean;
  chatPerSecond: number | null;
  slowModeSeconds: number;
  topIsPublic: boolean;
  followersOnlyMinutes: number | null;
  linksAllowed: boolean;
  /** Who moderates it besides the anchor; ask `rankIn`. */
  moderatorIds: ReadonlySet<string>;
  /** Kicks and mutes by user; ask `restrictionsOf`, because they run out. */
  restrictions: ReadonlyMap<string, readonly RestrictionRow[]>;
  restrictionsVersion: number;
}

/** What a user may not do in a room, as far as this process knows: as fresh as the state itself. */
export function restrictionsOf(state: RoomState, userId: string): Restrictions {
  const rows = state.restrictions.get(userId);
  return rows ? combineRestrictions(rows, sharedNow()) : UNRESTRICTED;
}

const FRESH_MS = 2_000;
/** While the database is away, a room is taken to be as it last was for this long: gifts go on being accepted. */
const STALE_MS_MAX = 60_000;
const ROOMS_MAX = 20_000;
/** Kept apart, so that made-up ids cannot push out real rooms. */
const UNKNOWN_ROOMS_MAX = 2_000;

interface Entry {
  state: RoomState;
  freshUntil: number;
}

class RoomStates {
  readonly known = new Cache<Entry>({
    name: "rooms",
    max: ROOMS_MAX,
    ttlMs: STALE_MS_MAX,
    droppedBy: "roomChangedChannel",
  });
  readonly unknown = new Cache<true>({
    name: "rooms_unknown",
    max: UNKNOWN_ROOMS_MAX,
    ttlMs: FRESH_MS,
    droppedBy: "roomChangedChannel",
  });
  readonly loading = new Map<string, Promise<RoomState | null>>();

  drop(roomId: string | null): void {
    if (roomId === null) {
      this.known.clear();
      this.unknown.clear();
      this.loading.clear();
      return;
    }
    this.known.delete(roomId);
    this.unknown.delete(roomId);
    // A load that began before the change may bring the old state: it is forgotten, and its result not kept.
    this.loading.delete(roomId);
  }
}

const ROOM_STATES = defineHeld(() => new RoomStates());

/** Called once by a process: rooms that open, close or change are read anew at once. */
export function watchRoomStates(resources: Pick<Resources, "live">, notices: Notices): void {
  const states = resources.live.caches.of(ROOM_STATES);
  notices.listen(roomChangedChannel, (roomId) => states.drop(roomId));
}

/** Tells every process, this one first, that a room changed. */
export async function announceRoomChange(
  resources: Pick<Resources, "live" | "redis">,
  roomId: string,
): Promise<void> {
  resources.live.caches.of(ROOM_STATES).drop(roomId);
  await resources.redis.publish(roomChangedChannel, roomId);
}

/** What this process knows of a room for certain without asking; undefined when it has to ask. */
export function peekRoomState(resources: Pick<Resources, "live">, roomId: string): RoomState | undefined {
  const entry = resources.live.caches.of(ROOM_STATES).known.get(roomId);
  return entry && entry.freshUntil > performance.now() ? entry.state : undefined;
}

/**
 * How a room stands, at most two seconds old and usually newer; null when there is no such room. Asks the database
 * only when this process has not done so lately.
 */
export async function findRoomState(
  resources: Pick<Resources, "live">,
  roomId: string,
): Promise<RoomState | null> {
  const states = resources.live.caches.of(ROOM_STATES);
  const entry = states.known.get(roomId);
  if (entry && entry.freshUntil > performance.now()) return entry.state;
  if (!entry && states.unknown.get(roomId)) return null;
  try {
    return await load(states, resources.live, roomId);
  } catch (error) {
    if (entry && isUnavailable(error)) return entry.state;
    throw error;
  }
}

function load(states: RoomStates, live: LiveDb, roomId: string): Promise<RoomState | null> {
  const running = states.loading.get(roomId);
  if (running) return running;
  const promise: Promise<RoomState | null> = readState(live, roomId, states.known.get(roomId)?.state)
    .then((state) => {
      if (states.loading.get(roomId) === promise) {
        if (state) states.known.set(roomId, { state, freshUntil: performance.now() + FRESH_MS });
        else states.unknown.set(roomId, true);
      }
      return state;
    })
    .finally(() => {
      if (states.loading.get(roomId) === promise) states.loading.delete(roomId);
    });
  states.loading.set(roomId, promise);
  return promise;
}

async function readState(
  live: LiveDb,
  roomId: string,
  known: RoomState | undefined,
): Promise<RoomState | null> {
  const row = await findRoom(live, roomId);
  if (!row) return null;
  const { restrictionsVersion, banned, guestsMayChat, chatPerSecond, slowModeSeconds, topIsPublic } = row;
  const { followersOnlyMinutes, linksAllowed } = row;
  // Read only when something was imposed or undone; newer ones than the version says are read again next time.
  const isKnown = known?.restrictionsVersion === restrictionsVersion;
  const [restrictions, moderatorIds] = isKnown
    ? [known.restrictions, known.moderatorIds]
    : await Promise.all([
        listRestrictionsOfRoom(live, { roomId, now: sharedNow() }).then(groupByUser),
        listModeratorIds(live, roomId).then((ids) => new Set(ids)),
      ]);
  return {
    roomId,
    anchorId: row.anchor.userId,
    isLive: row.currentSessionId !== null,
    sessionId: row.currentSessionId,
    banned,
    guestsMayChat,
    chatPerSecond,
    slowModeSeconds,
    topIsPublic,
    followersOnlyMinutes,
    linksAllowed,
    restrictionsVersion,
    restrictions,
    moderatorIds,
  };
}

function groupByUser(rows: readonly RestrictionRow[]): Map<string, RestrictionRow[]> {
  const byUser = new Map<string, RestrictionRow[]>();
  for (const row of rows) {
    const list = byUser.get(row.userId);
    if (list) list.push(row);
    else byUser.set(row.userId, [row]);
  }
  return byUser;
}
