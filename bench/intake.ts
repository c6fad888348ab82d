import { openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { readCpuSeconds } from "@/platform/observability/process-figures";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { runHelper, startHelper } from "@/stack/helper-process";
import { findFreePort } from "@/stack/services/ports";
import { startStack } from "@/stack/stack";
import { fundViewers, RAISED_LIMITS, signInViewers } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";
import { seedDemo } from "../scripts/seed-demo";
import { type BenchRow, median, medianRatio } from "./lib/row";

const CONNECTIONS = 64;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
/** Floor and figure take turns: a machine that others use too is slower in some minutes than in others. */
const ROUNDS = 5;

interface Load {
  requestsPerSecond: number;
  answered: number;
  refused: number;
  p99Ms: number;
}

/**
 * `gift.send` over HTTP by one web process (signed in, validated, limited, deduplicated, durable) against a bare handler
 * that parses JSON and does one XADD of an entry of the same size. Both on the same Redis, flushing every write.
 * Held fixed: 64 connections, 20 senders, 3 rooms; no worker drains the queue meanwhile.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { ...RAISED_LIMITS, LOG_LEVEL: "warn" } });
  const redis = openRedis(stack.redis.url, createLog("bench"), { name: "bench" });
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench" });
  try {
    await waitForRedis(redis, 5_000);
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    const web = await stack.start("web");
    const people = await signInViewers(stack.webUrl);
    await fundViewers(live, people);
    const { items } = await trpcGet<{ items: { roomId: string }[] }>(stack.webUrl, "room.list", {});
    const barePort = await findFreePort(0);
    const bare = await startHelper("bench-bare-server", {
      env: {
        REDIS_URL: stack.redis.url,
        WEB_PORT: String(barePort),
        ENTRY_BYTES: "445",
      },
    });
    const load = {
      path: "/api/trpc/gift.send",
      connections: CONNECTIONS,
      seconds: SECONDS,
      people,
      rooms: items.map((r) => r.roomId),
    };
    const ours: Load[] = [];
    const floors: Load[] = [];
    const spent = { web: 0, redis: 0, bare: 0, bareRedis: 0 };
    // Both are warmed up before anything counts.
    await runHelper<Load>("bench-http-load", { ...load, url: stack.webUrl, seconds: 2 });
    await runHelper<Load>("bench-http-load", { ...load, url: `http://127.0.0.1:${barePort}`, seconds: 2 });
    for (let round = 0; round < ROUNDS; round++) {
      const atFirst = [readCpuSeconds(bare.pid), readCpuSeconds(stack.redis.pid)] as const;
      floors.push(await runHelper<Load>("bench-http-load", { ...load, url: `http://127.0.0.1:${barePort}` }));
      const before = [readCpuSeconds(web.pid), readCpuSeconds(stack.redis.pid)] as const;
      spent.bare += readCpuSeconds(bare.pid) - atFirst[0];
      spent.bareRedis += before[1] - atFirst[1];
      ours.push(
        await runHelper<Load>("bench-http-load", {
          ...load,
          url: stack.webUrl.replace("localhost", "127.0.0.1"),
        }),
      );
      spent.web += readCpuSeconds(web.pid) - before[0];
      spent.redis += readCpuSeconds(stack.redis.pid) - before[1];
    }
    await bare.stop();
    const rates = (loads: readonly Load[]) => loads.map((l) => l.requestsPerSecond);
    const figure = median(rates(ours));
    const floor = median(rates(floors));
    const refused = ours.reduce((sum, l) => sum + l.refused, 0);
    const micros = (seconds: number, loads: readonly Load[]) =>
      Math.round((seconds / loads.reduce((sum, l) => sum + l.answered, 0)) * 1e6);
    return [
      {
        name: "gift intake over HTTP",
        figure: Math.round(figure),
        floor: Math.round(floor),
        ratio: medianRatio(rates(ours), rates(floors)),
        bar: 0.6,
        unit: "gifts/s",
        notes: `CPU a gift: web ${micros(spent.web, ours)} µs, Redis ${micros(spent.redis, ours)} µs, of the floor ${micros(spent.bare, floors)} and ${micros(spent.bareRedis, floors)} µs; ${refused} refused; p99 ${median(ours.map((l) => l.p99Ms))} ms; medians of ${ROUNDS}, the ratio of neighbouring rounds`,
      },
    ];
  } finally {
    redis.disconnect();
    await live.close();
    await stack.close();
  }
}
