import { openFinanceDb, openLiveDb } from "@/db/client";
import { createLog } from "@/platform/observability/log";
import { readCpuSeconds } from "@/platform/observability/process-figures";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { runHelper } from "@/stack/helper-process";
import { startStack } from "@/stack/stack";
import { fundViewers, RAISED_LIMITS, signInViewers } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";
import { seedDemo } from "../scripts/seed-demo";
import type { BenchRow } from "./lib/row";

const GIFTS_PER_SECOND = Number(process.env.BENCH_RATE ?? 1_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);

/** What bench/viewers reports. */
export interface ClickReport {
  offered: number;
  accepted: number;
  refused: Record<string, number>;
  /** Accepted gifts that the watching client never saw, and those it saw more than once. */
  lost: number;
  twice: number;
  p50Ms: number;
  p99Ms: number;
  acceptP99Ms: number;
}

/**
 * From a click to the effect at another client: open loop by the clock over HTTP, watched by an unmodified pusher-js a
 * room, with web, Redis, gift-debit, push gateway, settlement and PostgreSQL on the same machine as the load.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { ...RAISED_LIMITS, LOG_LEVEL: "warn" } });
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench", statementTimeoutMs: 0 });
  const finance = openFinanceDb(stack.financeUrl, { poolMax: 2, applicationName: "bench" });
  const redis = openRedis(stack.redis.url, createLog("bench"), { name: "bench" });
  try {
    await waitForRedis(redis, 5_000);
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    const processes = [
      await stack.start("push-gateway"),
      await stack.start("web"),
      await stack.start("gift-debit"),
      await stack.start("settlement"),
    ];
    const people = await signInViewers(stack.webUrl);
    await fundViewers(live, people);
    const { items } = await trpcGet<{ items: { roomId: string }[] }>(stack.webUrl, "room.list", {});
    const order = { webUrl: stack.webUrl, people, rooms: items.map((r) => r.roomId) };
    // Compiled and connected before anything counts.
    await runHelper<ClickReport>("bench-viewers", {
      ...order,
      giftsPerSecond: GIFTS_PER_SECOND / 4,
      seconds: 5,
    });
    const before = processes.map((p) => readCpuSeconds(p.pid));
    const report = await runHelper<ClickReport>("bench-viewers", {
      ...order,
      giftsPerSecond: GIFTS_PER_SECOND,
      seconds: SECONDS,
    });
    const cores = processes.map((p, i) => {
      const used = (readCpuSeconds(p.pid) - (before[i] ?? 0)) / SECONDS;
      return `${p.name} ${used.toFixed(2)}`;
    });
    const broken = (await checkInvariants({ live, finance, redis })).filter((r) => r.breaches.length > 0);
    const notes =
      `${report.accepted} of ${report.offered} accepted in ${SECONDS} s at ${GIFTS_PER_SECOND}/s, refused ` +
      `${JSON.stringify(report.refused)}, lost ${report.lost}, twice ${report.twice}, accepted within ` +
      `${report.acceptP99Ms} ms (p99); cores: ${cores.join(", ")}; audit ${broken.length === 0 ? "clean" : "BROKEN"}`;
    const row = (name: string, figure: number, bar: number, unit: string): BenchRow => ({
      name,
      figure: Math.round(figure),
      floor: null,
      ratio: null,
      bar,
      unit,
      notes,
    });
    return [
      row("click → effect, p50 (at most)", report.p50Ms, 80, "ms"),
      { ...row("click → effect, p99 (at most)", report.p99Ms, 500, "ms"), notes: "same run" },
      { ...row("click → effect, lost or twice", report.lost + report.twice, 0, "gifts"), notes: "same run" },
    ];
  } finally {
    redis.disconnect();
    await Promise.all([live.close(), finance.close()]);
    await stack.close();
  }
}
