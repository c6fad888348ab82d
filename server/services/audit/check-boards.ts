import type { Breach } from "@/db/live/queries/audit";
import { auditSupporters, listSupportedRoomsAfter } from "@/db/live/queries/audit-supporters";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import { dayOf, weekOf } from "@/server/rules/calendar";
import type { Resources } from "../context";
import { type BoardEntry, readWholeBoard } from "../room/top-board";

const ROOMS_AT_ONCE = 100;
const ROWS_MAX = 20;
const TRIES_MAX = 3;

type BoardResources = Pick<Resources, "live" | "redis">;

/** The counts of the database against the gifts, and the boards in Redis against the counts. */
export async function checkBoards(resources: BoardResources): Promise<Breach[]> {
  const { live } = resources;
  const breaches = await auditSupporters(live);
  let afterId = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rooms = await listSupportedRoomsAfter(live, afterId, ROOMS_AT_ONCE);
    const last = rooms.at(-1);
    if (!last || breaches.length >= ROWS_MAX) return breaches;
    for (const { roomId, sessionId } of rooms) {
      for (const period of currentPeriods(sessionId)) {
        breaches.push(...(await compareBoard(resources, roomId, period)));
      }
    }
    afterId = last.roomId;
  }
}

function currentPeriods(sessionId: string | null): TopPeriod[] {
  return [
    { window: "all", id: "" },
    { window: "day", id: dayOf(Date.now()) },
    { window: "week", id: weekOf(Date.now()) },
    ...(sessionId ? [{ window: "session" as const, id: sessionId }] : []),
  ];
}

/** A board is raised a moment before its counts are committed, so that what differs is looked at again. */
async function compareBoard(resources: BoardResources, roomId: string, period: TopPeriod): Promise<Breach[]> {
  let differing: Breach[] = [];
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const counted = await listSupporters(resources.live, roomId, period);
    const board = await readWholeBoard(resources.redis, roomId, period);
    if (!board) return [];
    differing = diff(roomId, period, counted, board);
    if (differing.length === 0) break;
  }
  return differing;
}

function diff(
  roomId: string,
  period: TopPeriod,
  counted: readonly BoardEntry[],
  board: readonly BoardEntry[],
): Breach[] {
  const keyOf = ({ senderId, anonymous }: BoardEntry) => `${senderId}/${anonymous}`;
  const shown = new Map(board.map((entry) => [keyOf(entry), entry.coins]));
  const expected = new Map(counted.map((entry) => [keyOf(entry), entry.coins]));
  return [...new Set([...shown.keys(), ...expected.keys()])]
    .filter((key) => shown.get(key) !== expected.get(key))
    .slice(0, ROWS_MAX)
    .map((key) => ({
      room: roomId,
      window: period.window,
      supporter: key,
      shownCoins: shown.get(key) ?? null,
      countedCoins: expected.get(key) ?? null,
    }));
}
