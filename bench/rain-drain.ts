import { openFinanceDb, openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { runHelper } from "@/stack/helper-process";
import { startStack } from "@/stack/stack";
import { RAISED_LIMITS } from "@/testkit/people";
import {
  letFall,
  makeReadyRain,
  RAISED_RAIN_LIMITS,
  signInRainyAnchor,
  waitUntilEnded,
} from "@/testkit/rain";
import { seedDemo } from "../scripts/seed-demo";
import type { BenchRow } from "./lib/row";

const PACKETS = Number(process.env.BENCH_RAIN_PACKETS ?? 100_000);
const VIEWERS = Number(process.env.BENCH_RAIN_VIEWERS ?? 300_000);
const CONNECTIONS = 128;
const AUTH_SECRET = "bench-secret-of-a-crowd-that-signs-itself";
/** Redis notes what blocks it for at least this long. */
const NOTED_MS = 10;

interface Drained {
  won: number;
  coins: number;
  mostOfOne: number;
  answered: number;
  errors: number;
  seconds: number;
  refusals: Record<string, number>;
}

/**
 * A rain of 100,000 packets, prepared, and drained by 300,000 viewers over HTTP, each of whom asks once, while packets are
 * credited. It must come out exactly: each packet once, one a viewer at most, what was shown is what is in the wallets.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({
    env: {
      ...RAISED_LIMITS,
      ...RAISED_RAIN_LIMITS,
      AUTH_SECRET,
      LOG_LEVEL: "warn",
      SESSION_CACHE_SECONDS: "60",
    },
  });
  const redis = openRedis(stack.redis.url, createLog("bench"), { name: "bench" });
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench", statementTimeoutMs: 0 });
  const finance = openFinanceDb(stack.financeUrl, { poolMax: 2, applicationName: "bench" });
  try {
    await waitForRedis(redis, 5_000);
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    await Promise.all([stack.start("web"), stack.start("packet-credit"), stack.start("push-gateway")]);
    const anchor = await signInRainyAnchor(stack.webUrl, live);
    await redis.config("SET", "latency-monitor-threshold", String(NOTED_MS));
    await redis.call("LATENCY", "RESET");
    const budgetCoins = PACKETS * 10;
    const { rain, prepareMs } = await makeReadyRain(stack.webUrl, anchor, {
      budgetCoins,
      packetCount: PACKETS,
    });
    const blockedMs = await readLongestBlockMs(redis);
    const { code, rainId } = await letFall(stack.webUrl, anchor, rain.rainId);
    const drained = await runHelper<Drained>("bench-claim-load", {
      url: stack.webUrl.replace("localhost", "127.0.0.1"),
      connections: CONNECTIONS,
      authSecret: AUTH_SECRET,
      code,
      roomId: anchor.roomId,
      firstViewer: 1_000_000,
      viewers: VIEWERS,
      requests: VIEWERS,
    });
    const endedAt = performance.now();
    const ended = await waitUntilEnded(stack.webUrl, anchor, rainId, 120_000);
    const creditedMs = performance.now() - endedAt;
    const drainBlockedMs = await readLongestBlockMs(redis);
    const [wallets] = await live.sql<{ wallets: string; coins: string }[]>`
      SELECT count(*) AS wallets, sum(balance_coins) AS coins FROM ledger_accounts
      WHERE id::text LIKE '00000000-0000-4000-8000-%' AND kind = 'wallet'`;
    const breaches = (await checkInvariants({ live, finance, redis })).flatMap((result) => result.breaches);
    const isExact =
      drained.won === PACKETS &&
      drained.coins === budgetCoins &&
      drained.mostOfOne === 1 &&
      Number(wallets?.wallets) === PACKETS &&
      Number(wallets?.coins) === budgetCoins &&
      ended.claimedCount === PACKETS &&
      ended.refundedCoins === 0 &&
      breaches.length === 0;
    return [
      {
        name: `preparing ${PACKETS} packets`,
        figure: Math.round(prepareMs),
        floor: null,
        ratio: null,
        bar: 3_000,
        unit: "ms",
        notes: `Redis blocked for ${blockedMs} ms at most (bar 50; below ${NOTED_MS} is not noted)`,
      },
      {
        name: `a rain drained by ${VIEWERS} viewers`,
        figure: Math.round(drained.answered / drained.seconds),
        floor: null,
        ratio: null,
        bar: null,
        unit: "claims/s",
        notes: `${isExact ? "exact" : "NOT EXACT"}: ${drained.won} won ${drained.coins} coins, ${wallets?.wallets} wallets have ${wallets?.coins}, ${breaches.length} breaches of the audit, refused ${JSON.stringify(drained.refusals)}; all credited ${Math.round(creditedMs)} ms after the last answer; Redis blocked for ${drainBlockedMs} ms at most`,
      },
    ];
  } finally {
    redis.disconnect();
    await Promise.all([live.close(), finance.close()]);
    await stack.close();
  }
}

/** Milliseconds of the longest command or fork since the last look; 0 when nothing was as long as is noted. */
async function readLongestBlockMs(redis: RedisClient): Promise<number> {
  const events = (await redis.call("LATENCY", "LATEST")) as [string, number, number, number][];
  await redis.call("LATENCY", "RESET");
  // The flush to disk of every write is what durability costs, and no command.
  const blocking = events.filter(([name]) => !name.startsWith("aof-"));
  return Math.max(0, ...blocking.map(([, , , longestMs]) => longestMs));
}
