import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisClient } from "./client";
import fillSource from "./fill-if-unchanged.lua";
import { defineScript } from "./script";

const fillScript = defineScript(fillSource);
const LOCK_MS = 3_000;
const WAIT_STEP_MS = 25;
const WAIT_MS_MAX = 500;

export interface ReadThroughOptions<T> {
  key: string;
  /** Names the latest change, each anew; it guards against a slow reader storing an old value. */
  generationKey: string;
  /** Stands while somebody changes the thing: nothing is stored meanwhile. */
  changingKey: string;
  lockKey: string;
  ttlSeconds: number;
  /** How long "there is nothing" is believed. */
  emptyTtlSeconds: number;
  load: () => Promise<T>;
  isEmpty: (value: T) => boolean;
  parse: (text: string) => T;
}

/**
 * Reads a value from Redis, or from its source once and for everybody: of many processes that miss, one fills and the
 * others wait for it a moment. Redis being away costs speed, not answers.
 */
export async function readThrough<T>(redis: RedisClient, options: ReadThroughOptions<T>): Promise<T> {
  try {
    const cached = await redis.get(options.key);
    if (cached !== null) return options.parse(cached);
    const me = randomUUID();
    const waitUntil = performance.now() + WAIT_MS_MAX;
    while ((await redis.set(options.lockKey, me, "PX", LOCK_MS, "NX")) !== "OK") {
      if (performance.now() > waitUntil) return await options.load();
      await delay(WAIT_STEP_MS);
      const filled = await redis.get(options.key);
      if (filled !== null) return options.parse(filled);
    }
    const generation = (await redis.get(options.generationKey)) ?? "0";
    const value = await options.load();
    const ttl = options.isEmpty(value) ? options.emptyTtlSeconds : options.ttlSeconds;
    await fillScript.run(
      redis,
      [options.key, options.generationKey, options.lockKey, options.changingKey],
      [generation, JSON.stringify(value), ttl, me],
    );
    return value;
  } catch (error) {
    if (redis.status === "ready") throw error;
    return await options.load();
  }
}
