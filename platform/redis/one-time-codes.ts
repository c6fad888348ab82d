import checkSource from "./check-one-time-codes.lua";
import type { RedisClient } from "./client";
import { defineScript } from "./script";
import slowDownSource from "./slow-down.lua";

const checkScript = defineScript(checkSource);
const slowDownScript = defineScript(slowDownSource);

/** What came of a code that was typed; `absent`: none waits, or it has expired. */
export type CodeCheck = "right" | "wrong" | "locked" | "absent";

/** Stores the hash of a code in place of the one before, with its wrong tries. */
export async function putCode(
  redis: RedisClient,
  code: { key: string; hash: string; ttlSeconds: number },
): Promise<void> {
  const { key, hash, ttlSeconds } = code;
  await redis.multi().del(key).hset(key, { hash, tries: 0 }).expire(key, ttlSeconds).exec();
}

/** Stores it unless one waits. */
export async function putCodeIfNone(
  redis: RedisClient,
  code: { key: string; hash: string; ttlSeconds: number },
): Promise<void> {
  const { key, hash, ttlSeconds } = code;
  await redis.multi().hsetnx(key, "hash", hash).expire(key, ttlSeconds, "NX").exec();
}

/**
 * Checks codes that belong together: only when all are right are they used up, with their records under `otherKeys`.
 * All keys are in one slot.
 */
export async function checkCodes(
  redis: RedisClient,
  input: {
    codes: readonly { key: string; hash: string }[];
    wrongTriesMax: number;
    otherKeys?: readonly string[];
  },
): Promise<CodeCheck[]> {
  const { codes, wrongTriesMax, otherKeys = [] } = input;
  const keys = [...codes.map(({ key }) => key), ...otherKeys];
  const args = [codes.length, wrongTriesMax, ...codes.map(({ hash }) => hash)];
  return (await checkScript.run(redis, keys, args)) as CodeCheck[];
}

export interface SlowDown {
  /** So many times nobody waits. */
  freeTimes: number;
  firstWaitMs: number;
  longestWaitMs: number;
  forgottenAfterMs: number;
}

/** Counts a caller. Returns 0, or the milliseconds to wait, and then the caller was not counted. */
export async function slowDown(redis: RedisClient, key: string, by: SlowDown): Promise<number> {
  const { freeTimes, firstWaitMs, longestWaitMs, forgottenAfterMs } = by;
  const args = [freeTimes, firstWaitMs, longestWaitMs, forgottenAfterMs];
  return Number(await slowDownScript.run(redis, [key], args));
}
