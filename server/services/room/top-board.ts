import { randomUUID } from "node:crypto";
import type { SupporterSums } from "@/db/live/queries/count-supporters";
import { readBoardVersion } from "@/db/live/queries/room-boards";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import type { RedisClient } from "../../redis/client";
import { getEra } from "../../redis/era";
import { roomTopKey } from "../../redis/keys";
import { defineScript } from "../../redis/script";
import type { Resources } from "../context";
import fillSource from "./fill-board.lua";
import raiseSource from "./raise-board.lua";

/**
 * Boards are sorted sets of what each supporter has given. Values are whole sums and only ever raised (`GT`), so that
 * writing them is safe in any order and any number of times. With them, in the same step, a board is told up to which version
 * of its room's sums it is whole: as the negative score of this mark, which so ranks below everybody. A board that is behind
 * the database, because Redis lost it or went back, or because of a refund, is read anew by whoever looks at it.
 */
const WHOLE_MARK = "whole";
/** Versions of a room in one era of Redis; whatever a board was in an earlier one, it is behind. */
const VERSIONS_OF_AN_ERA = 2 ** 32;
/** Marks anonymous sums; they are a supporter of their own. */
const ANONYMOUS_PREFIX = "~";
const BOARD_TTL_SECONDS = 8 * 24 * 3_600;
const LOADING_SECONDS = 600;
const MEMBERS_PER_COMMAND = 500;

export const TOP_LENGTH = 10;

export interface BoardEntry {
  senderId: string;
  anonymous: boolean;
  coins: number;
}

const memberOf = ({ senderId, anonymous }: Pick<BoardEntry, "senderId" | "anonymous">) =>
  anonymous ? ANONYMOUS_PREFIX + senderId : senderId;

const raiseScript = defineScript(raiseSource);
const fillScript = defineScript(fillSource);

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
  const versionOf = new Map<string, number>();
  const boards = new Map<string, BoardEntry[]>();
  const put = (roomId: string, period: TopPeriod, entry: BoardEntry) => {
    const key = roomTopKey(roomId, period);
    const list = boards.get(key);
    if (list) list.push(entry);
    else boards.set(key, [entry]);
    versionOf.set(key, boardVersion(era, versions.get(roomId) ?? 0));
  };
  for (const { roomId, senderId, anonymous, ...given } of sums) {
    const who = { senderId, anonymous };
    put(roomId, { window: "all", id: "" }, { ...who, coins: given.allCoins });
    put(roomId, { window: "day", id: given.day }, { ...who, coins: given.dayCoins });
    put(roomId, { window: "week", id: given.week }, { ...who, coins: given.weekCoins });
    put(roomId, { window: "session", id: given.sessionId }, { ...who, coins: given.sessionCoins });
  }
  await Promise.all(
    [...boards].map(([key, entries]) =>
      raiseScript.run(redis, [key], [versionOf.get(key) ?? 0, BOARD_TTL_SECONDS, ...entries.flatMap(toPair)]),
    ),
  );
}

const boardVersion = (era: number, version: number) => era * VERSIONS_OF_AN_ERA + version;
const toPair = (entry: BoardEntry) => [entry.coins, memberOf(entry)];

type BoardResources = Pick<Resources, "redis" | "live">;

/** The version of a room's sums as its boards carry it. */
async function readVersion({ redis, live }: BoardResources, roomId: string): Promise<number> {
  const [{ era }, version] = await Promise.all([getEra(redis), readBoardVersion(live, roomId)]);
  return boardVersion(era, version);
}

/** The first of a board, most coins first. A board that is behind the database is read from there first. */
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
  return parseBoard(flat);
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
  for (let i = 0; i < entries.length; i += MEMBERS_PER_COMMAND) {
    const args = entries.slice(i, i + MEMBERS_PER_COMMAND).flatMap(toPair);
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
  const key = roomTopKey(roomId, period);
  const places = await Promise.all(
    [userId, ANONYMOUS_PREFIX + userId].map(async (member) => {
      const [rank, coins] = await Promise.all([redis.zrevrank(key, member), redis.zscore(key, member)]);
      return rank === null || coins === null ? null : { rank: rank + 1, coins: Number(coins) };
    }),
  );
  return places.reduce((best, place) => (!best || (place && place.rank < best.rank) ? place : best), null);
}

/** Every entry of a board that is whole; undefined of one that is not. For the audit. */
export async function readWholeBoard(
  resources: BoardResources,
  roomId: string,
  period: TopPeriod,
): Promise<BoardEntry[] | undefined> {
  const version = await readVersion(resources, roomId);
  const flat = await resources.redis.zrevrange(roomTopKey(roomId, period), 0, -1, "WITHSCORES");
  // The mark is the last.
  return flat.at(-2) === WHOLE_MARK && !isBehind(flat.at(-1) ?? null, version) ? parseBoard(flat) : undefined;
}

function parseBoard(flat: readonly string[]): BoardEntry[] {
  const entries: BoardEntry[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const member = flat[i] ?? "";
    if (member === WHOLE_MARK) continue;
    const anonymous = member.startsWith(ANONYMOUS_PREFIX);
    const senderId = anonymous ? member.slice(ANONYMOUS_PREFIX.length) : member;
    entries.push({ senderId, anonymous, coins: Number(flat[i + 1]) });
  }
  return entries;
}
