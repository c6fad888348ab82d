import { randomUUID } from "node:crypto";
import type { SupporterSums } from "@/db/live/queries/count-supporters";
import { readBoardVersion } from "@/db/live/queries/room-boards";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import type { RedisClient } from "@/platform/redis/client";
import { getEra } from "@/platform/redis/era";
import { roomTopKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import type { Resources } from "../context";
import fillSource from "./fill-board.lua";
import raiseSource from "./raise-board.lua";
import placeSource from "./read-place.lua";

/**
 * Boards are sorted sets. Each supporter stands in them twice: with the sum as score, under a name that begins with since when
 * it stands (`rankedMember`), so that of equal sums the older one is ahead; and under the plain name with that moment as a
 * negative score, which leads to the other. Values are whole sums and only ever raised, so that writing them is safe in any
 * order and any number of times. With them, in the same step, a board is told up to which version of its room's sums it is
 * whole: as the negative score of this mark. A board that is behind the database, because Redis lost it or went back, or
 * because of a refund, is read anew by whoever looks at it.
 */
const WHOLE_MARK = "whole";
/** Versions of a room in one era of Redis; whatever a board was in an earlier one, it is behind. */
const VERSIONS_OF_AN_ERA = 2 ** 32;
/** Marks anonymous sums; they are a supporter of their own. */
const ANONYMOUS_SUFFIX = "~";
const BOARD_TTL_SECONDS = 8 * 24 * 3_600;
const LOADING_SECONDS = 600;
const ENTRIES_PER_COMMAND = 250;
/** What is left to the largest exact number counts backwards: of equal sums Redis has the greatest name first. */
const MOMENT_DIGITS = 16;

export const TOP_LENGTH = 10;

export interface BoardEntry {
  senderId: string;
  anonymous: boolean;
  coins: number;
}
/** An entry with the moment since when its sum stands, in microseconds since 1970. */
export interface RankedEntry extends BoardEntry {
  reachedUs: number;
}

const supporterOf = ({ senderId, anonymous }: Pick<BoardEntry, "senderId" | "anonymous">) =>
  anonymous ? senderId + ANONYMOUS_SUFFIX : senderId;
const rankedMember = (entry: RankedEntry) =>
  String(Number.MAX_SAFE_INTEGER - entry.reachedUs).padStart(MOMENT_DIGITS, "0") + supporterOf(entry);

const raiseScript = defineScript(raiseSource);
const fillScript = defineScript(fillSource);
const placeScript = defineScript(placeSource);

/**
 * Raises the boards to the given sums: those of all time, and of the latest day, week and session of each sender.
 *
 * @param versions by room, of its sums with these among them
 */
export async function raiseBoards(
  redis: RedisClient,
  sums: readonly SupporterSums[],
  versions: ReadonlyMap<string, number>,
): Promise<void> {
  if (sums.length === 0) return;
  const { era } = await getEra(redis);
  const keys = new Set<string>();
  for (const given of sums) for (const counted of COUNTED) keys.add(keyOf(given, counted));
  const kept = await findKept(redis, [...keys]);
  if (kept.size === 0) return;
  const boards = new Map<string, { roomId: string; entries: RankedEntry[] }>();
  for (const given of sums) {
    const { roomId, senderId, anonymous } = given;
    for (const counted of COUNTED) {
      const key = keyOf(given, counted);
      const coins = counted.coinsOf(given);
      // A late gift of an earlier period leaves a later one alone in which everything was refunded.
      if (coins <= 0 || !kept.has(key)) continue;
      const entry = { senderId, anonymous, coins, reachedUs: counted.reachedUsOf(given) };
      const board = boards.get(key);
      if (board) board.entries.push(entry);
      else boards.set(key, { roomId, entries: [entry] });
    }
  }
  await Promise.all(
    [...boards].map(([key, { roomId, entries }]) =>
      raiseScript.run(
        redis,
        [key],
        [boardVersion(era, versions.get(roomId) ?? 0), BOARD_TTL_SECONDS, ...entries.flatMap(toTriple)],
      ),
    ),
  );
}

interface Counted {
  window: TopPeriod["window"];
  idOf(sums: SupporterSums): string;
  coinsOf(sums: SupporterSums): number;
  reachedUsOf(sums: SupporterSums): number;
}

/** The boards on which what was given counts. */
const COUNTED: readonly Counted[] = [
  { window: "all", idOf: () => "", coinsOf: (s) => s.allCoins, reachedUsOf: (s) => s.allReachedUs },
  { window: "day", idOf: (s) => s.day, coinsOf: (s) => s.dayCoins, reachedUsOf: (s) => s.dayReachedUs },
  { window: "week", idOf: (s) => s.week, coinsOf: (s) => s.weekCoins, reachedUsOf: (s) => s.weekReachedUs },
  {
    window: "session",
    idOf: (s) => s.sessionId,
    coinsOf: (s) => s.sessionCoins,
    reachedUsOf: (s) => s.sessionReachedUs,
  },
];

const keyOf = (sums: SupporterSums, { window, idOf }: Counted) =>
  roomTopKey(sums.roomId, { window, id: idOf(sums) });

/**
 * Which of these boards are there at all. One that is not is read from the database when somebody looks, and nothing need
 * be sent for it; one that is read meanwhile is behind as soon as these sums are committed.
 */
async function findKept(redis: RedisClient, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const marks = await Promise.all(keys.map((key) => redis.zscore(key, WHOLE_MARK)));
  return new Set(keys.filter((_, i) => marks[i] !== null));
}

const boardVersion = (era: number, version: number) => era * VERSIONS_OF_AN_ERA + version;
const toTriple = (entry: RankedEntry) => [entry.coins, entry.reachedUs, supporterOf(entry)];
const toPairs = (entry: RankedEntry) => [
  entry.coins,
  rankedMember(entry),
  -entry.reachedUs,
  supporterOf(entry),
];

type BoardResources = Pick<Resources, "redis" | "live">;

/** The version of a room's sums as its boards carry it. */
async function readVersion({ redis, live }: BoardResources, roomId: string): Promise<number> {
  const [{ era }, version] = await Promise.all([getEra(redis), readBoardVersion(live, roomId)]);
  return boardVersion(era, version);
}

/** The first of a board, most coins first, of equal sums the one that was reached first. A board that is behind the database is read from there first. */
export async function readBoard(
  resources: BoardResources,
  roomId: string,
  period: TopPeriod,
): Promise<BoardEntry[]> {
  const { redis } = resources;
  const key = roomTopKey(roomId, period);
  const read = () =>
    Promise.all([redis.zscore(key, WHOLE_MARK), redis.zrevrange(key, 0, TOP_LENGTH - 1, "WITHSCORES")]);
  let [mark, flat] = await read();
  if (isBehind(mark, await readVersion(resources, roomId))) {
    await fillBoard(resources, roomId, period);
    [mark, flat] = await read();
  }
  return parseBoard(flat).map(({ reachedUs: _, ...entry }) => entry);
}

const isBehind = (mark: string | null, version: number) => mark === null || -Number(mark) < version;

/**
 * Reads a board from the database. The version is read before the sums: what is given or refunded meanwhile leaves the board
 * behind again, never ahead of what is in it.
 */
async function fillBoard(resources: BoardResources, roomId: string, period: TopPeriod): Promise<void> {
  const { redis, live } = resources;
  const key = roomTopKey(roomId, period);
  const loading = `${key}:${randomUUID()}`;
  const version = await readVersion(resources, roomId);
  const entries = await listSupporters(live, roomId, period);
  for (let i = 0; i < entries.length; i += ENTRIES_PER_COMMAND) {
    const args = entries.slice(i, i + ENTRIES_PER_COMMAND).flatMap(toPairs);
    // Sent together: whoever dies now leaves nothing behind for long.
    await Promise.all([redis.zadd(loading, ...args), redis.expire(loading, LOADING_SECONDS)]);
  }
  await fillScript.run(redis, [key, loading], [version, BOARD_TTL_SECONDS]);
}

/** The place of a user on a board, counted from 1, by whichever of their sums ranks higher; null when they gave nothing. */
export async function readPlace(
  redis: RedisClient,
  roomId: string,
  period: TopPeriod,
  userId: string,
): Promise<{ rank: number; coins: number } | null> {
  const supporters = [false, true].map((anonymous) => supporterOf({ senderId: userId, anonymous }));
  const place = await placeScript.run(redis, [roomTopKey(roomId, period)], supporters);
  if (!place) return null;
  const [rank, coins] = place as [rank: number, coins: string];
  return { rank: rank + 1, coins: Number(coins) };
}

/**
 * Every entry of a board that is whole, in its order; undefined of one that is not. An entry that cannot be found by its
 * supporter has no moment (NaN). For the audit.
 */
export async function readWholeBoard(
  resources: BoardResources,
  roomId: string,
  period: TopPeriod,
): Promise<RankedEntry[] | undefined> {
  const version = await readVersion(resources, roomId);
  const flat = await resources.redis.zrevrange(roomTopKey(roomId, period), 0, -1, "WITHSCORES");
  const scores = new Map(pairsOf(flat));
  const mark = scores.get(WHOLE_MARK);
  if (mark === undefined || isBehind(mark, version)) return undefined;
  return parseBoard(flat).map((entry) =>
    Number(scores.get(supporterOf(entry))) === -entry.reachedUs ? entry : { ...entry, reachedUs: Number.NaN },
  );
}

const pairsOf = (flat: readonly string[]) =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? "", flat[2 * i + 1] ?? ""] as const);

/** What has a score above zero: the rest leads to it, or is the mark. */
function parseBoard(flat: readonly string[]): RankedEntry[] {
  return pairsOf(flat).flatMap(([member, score]) => {
    const coins = Number(score);
    if (coins <= 0) return [];
    const supporter = member.slice(MOMENT_DIGITS);
    const anonymous = supporter.endsWith(ANONYMOUS_SUFFIX);
    const senderId = anonymous ? supporter.slice(0, -ANONYMOUS_SUFFIX.length) : supporter;
    const reachedUs = Number.MAX_SAFE_INTEGER - Number(member.slice(0, MOMENT_DIGITS));
    return [{ senderId, anonymous, coins, reachedUs }];
  });
}
