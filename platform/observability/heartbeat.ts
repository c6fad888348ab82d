import { randomUUID } from "node:crypto";
import type { PoolUse, ProcessFigures } from "@/domain/contracts/services";
import type { RedisClient } from "../redis/client";
import { writeBeat } from "../redis/process-rows";
import { readBuildFacts } from "../runtime/build-facts";
import type { Health } from "./health";
import type { Log } from "./log";
import { gauge } from "./metrics";
import { Rates, readBreakers, readCaches, readCallsOut, readLargest, watchEventLoop } from "./own-figures";

/** Three may be lost before the lease is over. */
const BEAT_EVERY_MS = 3_000;
const MINUTE_MS = 60_000;

const poolConnections = gauge(
  "downpour_pool_connections",
  "Connections to a database: those that wait for an answer, and how many there may be",
  ["database", "state"],
);

interface Pool {
  readPool(): { busy: number; max: number; receivedBytes: number };
}

export interface HeartbeatOptions {
  service: string;
  node: string;
  redis: RedisClient;
  log: Log;
  health: Health;
  /** Where monitors ask it. */
  address: { host: string; port: number };
  /** `import.meta.url` of the process: its build lies beside. */
  bundleUrl: string;
  databases?: Record<string, Pool>;
  /** The metric that says how far behind it is, in seconds; `isTime`: when it last did something well, in Unix time. */
  lag?: { metric: string; isTime?: boolean };
}

export interface Heartbeat {
  readonly processId: string;
  /** Says now how it stands. Rejects when Redis does not take it. */
  beat(): Promise<void>;
  /** Says goodbye, if Redis listens. */
  stop(): Promise<void>;
}

/**
 * Says every three seconds, beside everything else, that this process lives and how it does. What Redis does not take is
 * said the next time; nothing ever waits for it.
 */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { redis, log } = options;
  const says = createFigures(options);
  let isBeating = false;
  let isStopped = false;

  async function beat(isDrained = false): Promise<void> {
    const figures = await says.read(isDrained);
    // Whoever has said goodbye says nothing after it.
    if (isDrained || !isStopped) await writeBeat(redis, figures);
  }
  const beatQuietly = () => {
    if (isBeating || isStopped) return;
    isBeating = true;
    beat()
      .catch((error: unknown) => log.debug({ reason: String(error) }, "a heartbeat was not taken"))
      .finally(() => {
        isBeating = false;
      });
  };
  const timer = setInterval(beatQuietly, BEAT_EVERY_MS);
  timer.unref();
  beatQuietly();
  return {
    processId: says.processId,
    beat,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await beat(true).catch(() => {});
      says.stop();
    },
  };
}

function createFigures(options: HeartbeatOptions) {
  const { service: name, node, redis, health, address, bundleUrl, databases = {}, lag } = options;
  const processId = randomUUID();
  const build = readBuildFacts(bundleUrl);
  const loop = watchEventLoop();
  const rates = new Rates();
  const errorTotals: { total: number; atMs: number }[] = [];

  /** Error lines of the log in the last minute. */
  async function countErrors(nowMs: number): Promise<number> {
    const total = (await readLargest("downpour_log_errors_total")) ?? 0;
    errorTotals.push({ total, atMs: nowMs });
    while ((errorTotals[1]?.atMs ?? nowMs) < nowMs - MINUTE_MS) errorTotals.shift();
    return total - (errorTotals[0]?.total ?? total);
  }

  async function readLag(): Promise<ProcessFigures["lag"]> {
    const value = lag ? await readLargest(lag.metric) : null;
    if (value === null) return null;
    const seconds = lag?.isTime ? Date.now() / 1_000 - value : value;
    return { seconds: Math.max(0, Math.round(seconds * 10) / 10) };
  }

  return {
    processId,
    stop: () => loop.stop(),
    async read(isDrained: boolean): Promise<ProcessFigures> {
      const { ok, dependencies } = await health.read();
      const nowMs = performance.now();
      const pools: PoolUse[] = [];
      const received = new Map([["redis", redis.stream?.bytesRead ?? 0]]);
      for (const [database, pool] of Object.entries(databases)) {
        const { busy, max, receivedBytes } = pool.readPool();
        pools.push({ name: database, busy, max });
        received.set(database, receivedBytes);
        poolConnections.set({ database, state: "busy" }, busy);
        poolConnections.set({ database, state: "max" }, max);
      }
      return {
        processId,
        name,
        node,
        pid: process.pid,
        ...build,
        address: `${address.host}:${address.port}`,
        health: { ok, dependencies },
        eventLoopP99Ms: loop.readP99Ms(),
        lag: await readLag(),
        errorsPerMinute: await countErrors(nowMs),
        redisMemoryPart: await readLargest("downpour_redis_memory_part"),
        pools,
        caches: await readCaches(),
        breakers: await readBreakers(),
        traffic: [
          ...rates.toTraffic(received, "bytes", nowMs),
          ...rates.toTraffic(await readCallsOut(), "calls", nowMs),
        ],
        isDrained,
      };
    },
  };
}
