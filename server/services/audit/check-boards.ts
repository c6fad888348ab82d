import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { auditSupporters, listSupportedRoomsAfter } from "@/db/live/queries/audit-supporters";
import { holdSupporterCounts } from "@/db/live/queries/hold-supporter-counts";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import type { Difference } from "@/domain/contracts/reconciliation";
import { dayOf, weekOf } from "@/domain/rules/calendar";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { type RankedEntry, readWholeBoard } from "../room/top-board";
import type { Outcome } from "./check";

const ROOMS_AT_ONCE = 100;

type BoardResources = Pick<Resources, "live" | "redis">;

/** The counts of the database against the gifts, and the boards in Redis against the counts. */
export async function checkBoards(resources: BoardResources): Promise<Outcome> {
  const differences = await auditSupporters(resources.live);
  let compared = 0;
  let afterId = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rooms = await listSupportedRoomsAfter(resources.live, afterId, ROOMS_AT_ONCE);
    const last = rooms.at(-1);
    if (!last || differences.length >= DIFFERENCES_MAX) return { compared, differences };
    compared += rooms.length;
    for (const { roomId, sessionId } of rooms) {
      for (const period of currentPeriods(sessionId)) {
        differences.push(...(await compareBoard(resources, roomId, period)));
      }
    }
    afterId = last.roomId;
  }
}

function currentPeriods(sessionId: string | null): TopPeriod[] {
  return [
    { window: "all", id: "" },
    { window: "day", id: dayOf(sharedNowMs()) },
    { window: "week", id: weekOf(sharedNowMs()) },
    ...(sessionId ? [{ window: "session" as const, id: sessionId }] : []),
  ];
}

/**
 * A board is raised a moment before its counts are committed: what differs is looked at again while nobody counts. One that is
 * behind its room's version is read anew before anybody sees it, and not compared.
 */
async function compareBoard(
  resources: BoardResources,
  roomId: string,
  period: TopPeriod,
): Promise<Difference[]> {
  const compare = async () => {
    const board = await readWholeBoard(resources, roomId, period);
    if (!board) return [];
    return diff(roomId, period, await listSupporters(resources.live, roomId, period), board);
  };
  if ((await compare()).length === 0) return [];
  return await holdSupporterCounts(resources.live, compare);
}

function diff(
  roomId: string,
  period: TopPeriod,
  counted: readonly RankedEntry[],
  board: readonly RankedEntry[],
): Difference[] {
  const keyOf = ({ senderId, anonymous }: RankedEntry) => `${senderId}/${anonymous}`;
  const textOf = ({ coins, reachedUs }: RankedEntry) => `${coins} since ${reachedUs}`;
  const describe = (what: string, supporter: string, expected: string | null, actual: string | null) => ({
    subject: `room:${roomId}`,
    expected,
    actual,
    facts: { what, window: period.window, supporter },
  });
  const shown = new Map(board.map((entry) => [keyOf(entry), textOf(entry)]));
  const expected = new Map(counted.map((entry) => [keyOf(entry), textOf(entry)]));
  const differing = [...new Set([...shown.keys(), ...expected.keys()])].filter(
    (key) => shown.get(key) !== expected.get(key),
  );
  if (differing.length > 0) {
    return differing
      .slice(0, DIFFERENCES_MAX)
      .map((key) =>
        describe("a board shows otherwise", key, expected.get(key) ?? null, shown.get(key) ?? null),
      );
  }
  const place = counted.findIndex((entry, i) => board[i] === undefined || keyOf(board[i]) !== keyOf(entry));
  const [should, does] = [counted[place], board[place]];
  return should
    ? [describe("a board has another order", keyOf(should), `place ${place + 1}`, does ? keyOf(does) : null)]
    : [];
}
