import { openFinanceDb, openLiveDb, type PoolOptions } from "@/db/client";
import { tryWriting } from "@/db/ping";
import { createHealth, type ReadinessChecks, startHealthServer } from "@/platform/observability/health";
import { type HeartbeatOptions, startHeartbeat } from "@/platform/observability/heartbeat";
import { createLog } from "@/platform/observability/log";
import { startMetrics } from "@/platform/observability/metrics";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { tryWritingRedis } from "@/platform/redis/try-writing";
import { env } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import { type ClockWatch, watchClock } from "@/server/clock/watch-clock";
import { LEASE_MS } from "@/server/queue/bucket-leases";
import type { Resources } from "@/server/services/context";
import { watchPolicies } from "@/server/services/policy/watch-policies";
import { followRedis } from "@/server/services/redis-era/follow-redis";
import { checkKnownDatabases, watchDatabases } from "@/server/services/restore/watch-databases";
import { requireRestrictedRole } from "@/server/services/security/require-restricted-role";

/** How long a worker waits at start for Redis before it says that it cannot start. */
const START_TIMEOUT_MS = 30_000;
/**
 * What a worker has locked is free about when its leases run out, however it stopped: another one that goes on in its place
 * would wait for the rows.
 */
const TRANSACTION_LIMITS = { idleInTransactionMs: LEASE_MS };
/** For workers that hold leases: nor does any statement take longer. */
export const LEASED_LIMITS = { ...TRANSACTION_LIMITS, statementTimeoutMs: LEASE_MS };
/** A dependency that takes longer to take a write is away. */
const PING_MS = 2_000;

/** Opens what a worker needs, by the settings of the environment. `close` ends all of it. */
export async function openResources(
  service: string,
  limits: Pick<PoolOptions, "statementTimeoutMs" | "idleInTransactionMs"> = TRANSACTION_LIMITS,
): Promise<{ resources: Resources; clock: ClockWatch; close: () => Promise<void> }> {
  const settings = env();
  const log = createLog(service);
  startMetrics(service);
  const pool = {
    poolMax: settings.DATABASE_POOL_MAX,
    applicationName: `downpour-${service}`,
    onSilence: (reason: string) => log.warn({ reason }, "a database connection was ended"),
    ...limits,
  };
  const live = openLiveDb(settings.LIVE_DATABASE_URL, pool);
  const finance = openFinanceDb(settings.FINANCE_DATABASE_URL, pool);
  const redis = openRedis(settings.REDIS_URL, log, { name: service });
  await waitForRedis(redis, START_TIMEOUT_MS);
  const resources: Resources = { env: settings, log, live, finance, redis, push: createPublisher(settings) };
  await requireRestrictedRole(resources);
  const clock = await watchClock(resources);
  const stopFollowing = followRedis(resources);
  const stopWatching = watchDatabases(resources);
  const stopPolicies = await watchPolicies(resources);
  return {
    resources,
    clock,
    close: async () => {
      clock.stop();
      stopFollowing();
      stopWatching();
      await stopPolicies();
      redis.disconnect();
      await Promise.all([live.close(), finance.close()]);
    },
  };
}

interface WorkerHealth extends Pick<HeartbeatOptions, "service" | "bundleUrl" | "lag"> {
  /** Without which it can do nothing. */
  needs: ("live" | "finance")[];
  checks?: ReadinessChecks;
}

/** Says from here on how a worker stands, on its own port and by heartbeats; to be stopped before its resources are closed. */
export async function startWorkerHealth(
  resources: Resources,
  clock: ClockWatch,
  { needs, checks, ...options }: WorkerHealth,
): Promise<{ port: number; stop(): Promise<void> }> {
  const { env: settings, log, redis, live, finance } = resources;
  const { HEALTH_HOST: host, NODE_NAME: node } = settings;
  const health = createHealth({ ...dependencyChecks(resources, clock, needs), ...checks });
  const server = await startHealthServer({ host, port: settings.HEALTH_PORT, health });
  const heartbeat = startHeartbeat({
    ...options,
    node,
    redis,
    log,
    health,
    address: { host, port: server.port },
    databases: { live, finance },
  });
  return {
    port: server.port,
    async stop() {
      await heartbeat.stop();
      await server.close();
    },
  };
}

/** What `/readyz` of a worker asks: a store that answers and takes no writes is of no use. */
function dependencyChecks(
  resources: Resources,
  clock: ClockWatch,
  databases: ("live" | "finance")[],
): ReadinessChecks {
  const checks: ReadinessChecks = {
    clock: clock.check,
    databases: () => checkKnownDatabases(resources.live),
    redis: async () => {
      await tryWritingRedis(resources.redis);
      return { ok: true };
    },
  };
  for (const name of databases) {
    checks[name] = async () => {
      await tryWriting(resources[name], PING_MS);
      return { ok: true };
    };
  }
  return checks;
}
