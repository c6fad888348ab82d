import {
  addPresent,
  addStays,
  countPresent,
  findPresent,
  moveVisitCursor,
  noteVisitsAgree,
  readVisitCursor,
  removePresent,
  type Stay,
} from "@/db/live/queries/visits";
import { roomChannel } from "@/domain/contracts/events";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { TakenVisits } from "@/push/publisher/publisher";
import type { Resources } from "../context";
import { readViewerName, type Visitor } from "../room/name-viewer";
import { mendPresence } from "./mend-presence";

export type VisitResources = Pick<Resources, "live" | "push" | "env" | "log">;

interface Change extends Visitor {
  roomId: string;
  at: Date;
  isHere: boolean;
}

/** As the gateway says it. */
const BEFORE_ALL = "0";
const PREFIX = roomChannel("");
const ROOM_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The room that a channel is of, where it is one. */
export function roomOfChannel(channel: string): string | undefined {
  const roomId = channel.startsWith(PREFIX) ? channel.slice(PREFIX.length) : "";
  return ROOM_ID.test(roomId) ? roomId : undefined;
}

/**
 * Takes from the gateway who came to and left the rooms of one part, writes it down, and mends what differs from what the
 * gateway counts. Returns how many parts there are, and whether all of this one was taken; undefined where none are kept.
 */
export async function takeVisits(
  resources: VisitResources,
  part: number,
): Promise<{ partitions: number; isDone: boolean } | undefined> {
  const { live, push } = resources;
  const { lastVisit, agreedAt } = await readVisitCursor(live, part);
  const askedAt = sharedNow();
  const page = await push.takeVisits(part, lastVisit);
  if (!page) return undefined;
  const { partitions, visits, viewers, is_whole: isWhole } = page;
  // Before the cursor moves on, so that it is done again should this process die.
  if (!isWhole) {
    const roomIds = [...(await countPresent(live, part)).keys()];
    await mendPresence(resources, { part, roomIds, agreedAt });
  }
  const to = visits.at(-1)?.id ?? (isWhole ? lastVisit : BEFORE_ALL);
  const changes = readChanges(resources, visits);
  const isMine = await moveVisitCursor(live, { part, from: lastVisit, to }, async (tx) => {
    if (changes.length === 0) return;
    const known = await findPresent(tx, changes);
    const { stays, present, gone } = foldChanges(known, changes);
    await addStays(tx, stays);
    await removePresent(tx, gone);
    await addPresent(tx, part, present);
  });
  if (isMine && viewers) {
    const differing = findDiffering(await countPresent(live, part), viewers);
    if (differing.length > 0) await mendPresence(resources, { part, roomIds: differing, agreedAt });
    await noteVisitsAgree(live, part, askedAt);
  }
  return { partitions, isDone: viewers !== null };
}

function readChanges({ env }: VisitResources, visits: TakenVisits["visits"]): Change[] {
  return visits.flatMap(({ id, channel, came, left }) => {
    const roomId = roomOfChannel(channel);
    if (roomId === undefined) return [];
    const at = new Date(Number(id.split("-")[0]));
    const read = (isHere: boolean) => (name: string) => ({
      ...readViewerName(env, roomId, name),
      roomId,
      at,
      isHere,
    });
    return [...came.map(read(true)), ...left.map(read(false))];
  });
}

const keyOf = ({ roomId, visitorId }: { roomId: string; visitorId: string }) => `${roomId} ${visitorId}`;

/** What a run of changes makes of those who were there: times that are over, who is there now, and who is gone. */
function foldChanges(known: readonly Presence[], changes: readonly Change[]) {
  const here = new Map(known.map((person) => [keyOf(person), person]));
  const gone = new Map<string, Presence>();
  const stays: Stay[] = [];
  for (const { at, isHere, ...visitor } of changes) {
    const key = keyOf(visitor);
    const before = here.get(key);
    if (isHere && !before) {
      here.set(key, { ...visitor, since: at });
      gone.delete(key);
    } else if (!isHere && before) {
      if (at > before.since) stays.push({ ...visitor, from: before.since, to: at });
      here.delete(key);
      gone.set(key, before);
    }
  }
  const before = new Set(known);
  const present = [...here.values()].filter((person) => !before.has(person));
  return { stays, present, gone: [...gone.values()] };
}

interface Presence extends Visitor {
  roomId: string;
  since: Date;
}

function findDiffering(
  known: ReadonlyMap<string, number>,
  viewers: Readonly<Record<string, number>>,
): string[] {
  const counted = new Map(
    Object.entries(viewers).flatMap(([channel, count]) => {
      const roomId = roomOfChannel(channel);
      return roomId === undefined ? [] : [[roomId, count] as const];
    }),
  );
  const roomIds = new Set([...known.keys(), ...counted.keys()]);
  return [...roomIds].filter((roomId) => (known.get(roomId) ?? 0) !== (counted.get(roomId) ?? 0));
}
