import { setTimeout as delay } from "node:timers/promises";
import {
  leaveEraWork,
  type RedisEraRow,
  recordEraMended,
  recordEraSettled,
  takeEraWork,
} from "@/db/live/queries/redis-eras";
import { scanKeys } from "@/platform/redis/scan";
import { oneTimeCodeKey } from "@/platform/redis/web-keys";
import { dropIdleWallets } from "../../queue/cached-wallets";
import type { Resources } from "../context";
import { forgetCatalogue } from "../gift/catalogue";
import { settleRains } from "../rain/settle-rains";

/** Whoever dies in the middle of it leaves it to another process after this. */
const WORK_SECONDS = 60;
/** Longer than a web process takes to connect again. */
const WINS_MS = 1_500;
/** Wallets with orders on their way are looked at so often again, a second apart: by then their orders have ended. */
const ROUNDS_MAX = 30;
const ROUND_MS = 1_000;

type MendResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * What a new era begins with: rains are made to agree with the claims in the database, and what Redis keeps of before is
 * forgotten where it does not say itself how old it is. One process does it, every step may be repeated. What carries its
 * own version, as boards do, needs nothing.
 */
export async function mendEra(
  resources: MendResources,
  { era, isSettled, ageMs }: RedisEraRow,
): Promise<void> {
  const { live, redis, log } = resources;
  if (!(await takeEraWork(live, era, WORK_SECONDS))) return;
  try {
    if (!isSettled) {
      // Web processes give viewers what they were shown as won, each as soon as it is connected again.
      await delay(Math.max(0, WINS_MS - ageMs));
      await settleRains(resources);
      await recordEraSettled(live, era);
    }
    await forgetCatalogue(resources);
    await forgetCodes(redis);
    let left = await dropIdleWallets(redis);
    for (let round = 0; left > 0 && round < ROUNDS_MAX; round++) {
      await delay(ROUND_MS);
      left = await dropIdleWallets(redis);
    }
    await recordEraMended(live, era);
    log.info({ era, walletsLeft: left }, "what redis kept of the era before is read anew");
  } catch (error) {
    await leaveEraWork(live, era);
    throw error;
  }
}

/** A code that was used may be there again, and would work a second time: whoever waits for one asks anew. */
async function forgetCodes(redis: Resources["redis"]): Promise<void> {
  for await (const keys of scanKeys(redis, oneTimeCodeKey("*", "*"))) {
    await Promise.all(keys.map((key) => redis.unlink(key)));
  }
}
