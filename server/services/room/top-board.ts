import type { SupporterSums } from "@/db/live/queries/count-supporters";
import { type OutdatedBoard, readSupporterRefundSeq } from "@/db/live/queries/discount-refunds";
import { listSupporters, type TopPeriod } from "@/db/live/queries/supporters";
import type { RedisClient } from "../../redis/client";
import { roomTopKey } from "../../redis/keys";
import type { Resources } from "../context";

/**
 * Boards are sorted sets of what each supporter has given. Values are whole sums and only ever raised (`GT`), so that
 * writing them is safe in any order and any number of times; a refund drops its boards, and they are read anew. A board that Redis has lost begins again with whoever gives
 * next, and is whole once it carries this mark; the mark ranks below everybody.
 */
const WHOLE_MARK = "whole";
/** Marks anonymous sums; they are a supporter of their own. */
const ANONYMOUS_PREFIX = "~";
const BOARD_TTL_SECONDS = 8 * 24 * 3_600;
const MEMBERS_PER_COMMAND = 500;

export const TOP_LENGTH = 10;

export interface BoardEntry {
  senderId: string;
  anonymous: boolean;
  coins: number;
}

const memberOf = ({ senderId, anonymous }: Pick<BoardEntry, "senderId" | "anonymous">) =>
  anonymous ? ANONYMOUS_PREFIX + senderId : senderId;

/** Raises the boards to the given sums: those of all time, and of the latest day, week and session of each sender. */
export async function raiseBoards(redis: RedisClient, sums: readonly SupporterSums[]): Promise<void> {
  const boards = new Map<string, BoardEntry[]>();
  const put = (roomId: string, period: TopPeriod, entry: BoardEntry) => {
    const key = roomTopKey(roomId, period);
    const list = boards.get(key);
    if (list) list.push(entry);
    else boards.set(key, [entry]);
  };
  for (const { roomId, senderId, anonymous, ...given } of sums) {
    const who = { senderId, anonymous };
    put(roomId, { window: "all", id: "" }, { ...who, coins: given.allCoins });
    put(roomId, { window: "day", id: given.day }, { ...who, coins: given.dayCoins });
    put(roomId, { window: "week", id: given.week }, { ...who, coins: given.weekCoins });
    put(roomId, { window: "session", id: given.sessionId }, { ...who, coins: given.sessionCoins });
  }
  await Promise.all([...boards].map(([key, entries]) => raiseBoard(redis, key, entries)));
}

async function raiseBoard(redis: RedisClient, key: string, entries: readonly BoardEntry[]): Promise<void> {
  const commands: Promise<unknown>[] = [];
  for (let i = 0; i < entries.length; i += MEMBERS_PER_COMMAND) {
    const args = entries.slice(i, i + MEMBERS_PER_COMMAND).flatMap((e) => [e.coins, memberOf(e)]);
    commands.push(redis.zadd(key, "GT", ...args));
  }
  commands.push(redis.expire(key, BOARD_TTL_SECONDS));
  await Promise.all(commands);
}

/** The first of a board, most coins first. A board that Redis has lost is read from the database first. */
export async function readBoard(
  resources: Pick<Resources, "redis" | "live">,
  roomId: string,
  period: TopPeriod,
): Promise<BoardEntry[]> {
  const { redis } = resources;
  const key = roomTopKey(roomId, period);
  const read = () =>
    Promise.all([redis.zscore(key, WHOLE_MARK), redis.zrevrange(key, 0, TOP_LENGTH - 1, "WITHSCORES")]);
  let [mark, flat] = await read();
  if (mark === null) {
    await fillBoard(resources, roomId, period);
    [mark, flat] = await read();
  }
  return parseBoard(flat);
}

/** Reads a board from the database. What is given meanwhile is raised by whoever counts it, above what was read here. */
async function fillBoard(
  { redis, live }: Pick<Resources, "redis" | "live">,
  roomId: string,
  period: TopPeriod,
): Promise<void> {
  const key = roomTopKey(roomId, period);
  const refundSeq = await readSupporterRefundSeq(live);
  await raiseBoard(redis, key, await listSupporters(live, roomId, period));
  await redis.zadd(key, 0, WHOLE_MARK);
  await redis.expire(key, BOARD_TTL_SECONDS);
  // A refund that was taken off meanwhile may have dropped the board before it was written here with the old sum.
  if ((await readSupporterRefundSeq(live)) !== refundSeq) await redis.del(key);
}

/** Makes boards be read anew from the database, after sums there have become less. */
export async function dropBoards(redis: RedisClient, boards: readonly OutdatedBoard[]): Promise<void> {
  const keys = new Set(boards.map(({ roomId, period }) => roomTopKey(roomId, period)));
  await Promise.all([...keys].map((key) => redis.del(key)));
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
  redis: RedisClient,
  roomId: string,
  period: TopPeriod,
): Promise<BoardEntry[] | undefined> {
  const flat = await redis.zrevrange(roomTopKey(roomId, period), 0, -1, "WITHSCORES");
  return flat.includes(WHOLE_MARK) ? parseBoard(flat) : undefined;
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
