import { openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { readCpuSeconds } from "@/platform/observability/process-figures";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { runHelper, startHelper } from "@/stack/helper-process";
import { findFreePort } from "@/stack/services/ports";
import { startStack } from "@/stack/stack";
import { RAISED_LIMITS } from "@/testkit/people";
import { letFall, makeReadyRain, RAISED_RAIN_LIMITS, signInRainyAnchor } from "@/testkit/rain";
import { seedDemo } from "../scripts/seed-demo";
import { type BenchRow, median, medianRatio } from "./lib/row";

const CONNECTIONS = 64;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
/** Floor and figure take turns: a machine that others use too is slower in some minutes than in others. */
const ROUNDS = 5;
const PACKETS = 100_000;
/** So many that no round finds shards empty; `rain-drain` measures that. */
const RAINS = 3;
/** Few enough that their sessions are warm, and with twenty packets each more than there are packets. */
const VIEWERS = 6_000;
const AUTH_SECRET = "bench-secret-of-a-crowd-that-signs-itself";

interface Load {
  requestsPerSecond: number;
  answered: number;
  won: number;
  errors: number;
  refusals: Record<string, number>;
  p99Ms: number;
}

/**
 * `rain.claim` over HTTP by one web process (signed in, validated, kicked or not, limited, counted, popped and queued for
 * credit, durably) against a bare handler that parses JSON and does one LPOP. Both on the same Redis, flushing every write.
 * Held fixed: 64 connections, 6,000 viewers who may have twenty packets each, three rains of 100,000 packets
 * in turn; nobody credits meanwhile.
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
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench" });
  try {
    await waitForRedis(redis, 5_000);
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    const web = await stack.start("web");
    const credit = await stack.start("packet-credit");
    const rains: { code: string; roomId: string }[] = [];
    for (let number = 0; number < RAINS; number++) {
      const anchor = await signInRainyAnchor(stack.webUrl, live, number);
      const { rain } = await makeReadyRain(stack.webUrl, anchor, {
        budgetCoins: PACKETS * 10,
        packetCount: PACKETS,
        claimsPerViewer: 20,
      });
      const { code } = await letFall(stack.webUrl, anchor, rain.rainId);
      rains.push({ code, roomId: anchor.roomId });
    }
    await credit.stop();
    const barePort = await findFreePort(0);
    const bare = await startHelper("bench-bare-server", {
      env: {
        REDIS_URL: stack.redis.url,
        WEB_PORT: String(barePort),
        LIST: "bare-list",
      },
    });
    const load = {
      connections: CONNECTIONS,
      seconds: SECONDS,
      authSecret: AUTH_SECRET,
      ...rains[0],
      firstViewer: 0,
      viewers: VIEWERS,
    };
    const oursUrl = stack.webUrl.replace("localhost", "127.0.0.1");
    const bareUrl = `http://127.0.0.1:${barePort}`;
    const fill = async () => {
      for (let i = 0; i < PACKETS; i += 1_000)
        await redis.rpush("bare-list", ...Array.from({ length: 1_000 }, (_, k) => `${i + k}:10`));
    };
    await fill();
    // Both are warmed up, and every viewer is known, before anything counts.
    await runHelper<Load>("bench-claim-load", {
      ...load,
      url: oursUrl,
      seconds: undefined,
      requests: VIEWERS,
    });
    await runHelper<Load>("bench-claim-load", { ...load, url: bareUrl, seconds: 2 });
    const ours: Load[] = [];
    const floors: Load[] = [];
    let webCpu = 0;
    let redisCpu = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await fill();
      floors.push(await runHelper<Load>("bench-claim-load", { ...load, url: bareUrl }));
      const before = [readCpuSeconds(web.pid), readCpuSeconds(stack.redis.pid)] as const;
      ours.push(
        await runHelper<Load>("bench-claim-load", { ...load, ...rains[round % RAINS], url: oursUrl }),
      );
      webCpu += readCpuSeconds(web.pid) - before[0];
      redisCpu += readCpuSeconds(stack.redis.pid) - before[1];
    }
    await bare.stop();
    const rates = (loads: readonly Load[]) => loads.map((l) => l.requestsPerSecond);
    const figure = median(rates(ours));
    const floor = median(rates(floors));
    const answered = ours.reduce((sum, l) => sum + l.answered, 0);
    const won = ours.reduce((sum, l) => sum + l.won, 0);
    const micros = (seconds: number) => Math.round((seconds / answered) * 1e6);
    return [
      {
        name: "rain claims over HTTP",
        figure: Math.round(figure),
        floor: Math.round(floor),
        ratio: medianRatio(rates(ours), rates(floors)),
        bar: 0.6,
        unit: "claims/s",
        notes: `${won} of ${answered} won; CPU a claim: web ${micros(webCpu)} µs, Redis ${micros(redisCpu)} µs; p99 ${median(ours.map((l) => l.p99Ms))} ms; medians of ${ROUNDS}, the ratio of neighbouring rounds`,
      },
    ];
  } finally {
    redis.disconnect();
    await live.close();
    await stack.close();
  }
}
