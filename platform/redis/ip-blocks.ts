import { z } from "zod";
import type { BlockedRange } from "../security/blocked-ranges";
import type { RedisClient } from "./client";
import { ipBlocksKey } from "./keys";
import { readRedisTime } from "./redis-time";

/** A blocked range as it stands in Redis: for processes that have no database. */
export interface StoredBlock {
  range: string;
  /** Unix milliseconds. */
  expiresAtMs: number | null;
}

const Stored = z.array(z.object({ range: z.string(), expiresAtMs: z.number().nullable() }));

/** Writes the list where Redis has another one, or none any more. */
export async function storeIpBlocks(redis: RedisClient, blocks: readonly StoredBlock[]): Promise<void> {
  const text = JSON.stringify(blocks);
  if ((await redis.get(ipBlocksKey)) !== text) await redis.set(ipBlocksKey, text);
}

/** The list, by Redis' own time; undefined where Redis has none: it was lost, and what was known goes on. */
export async function readIpBlocks(redis: RedisClient): Promise<BlockedRange[] | undefined> {
  const text = await redis.get(ipBlocksKey);
  if (text === null) return undefined;
  const nowMs = await readRedisTime(redis);
  return Stored.parse(JSON.parse(text)).map(({ range, expiresAtMs }) => ({
    range,
    leftMs: expiresAtMs === null ? null : expiresAtMs - nowMs,
  }));
}
