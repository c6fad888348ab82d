import { openFinanceDb, openLiveDb } from "@/db/client";
import type { DoctorFinding } from "@/domain/contracts/doctor";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import type { Env } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import { type DoctorScope, examine } from "@/server/services/doctor/examine";
import { openReaders } from "@/server/services/read-side/readers";

const REDIS_MS_MAX = 3_000;

/** Opens what the settings name, has it examined, and closes it again. */
export async function examineSettings(env: Env, scope: DoctorScope): Promise<DoctorFinding[]> {
  const log = createLog("doctor");
  log.level = "silent";
  const pool = { poolMax: 4, applicationName: "downpour-doctor" };
  const live = openLiveDb(env.LIVE_DATABASE_URL, pool);
  const finance = openFinanceDb(env.FINANCE_DATABASE_URL, pool);
  const redis = openRedis(env.REDIS_URL, log, { name: "doctor" });
  const readers = openReaders(env, log, pool);
  try {
    // One that is away is a finding.
    await waitForRedis(redis, REDIS_MS_MAX).catch(() => undefined);
    const push = createPublisher(env);
    return await examine({ env, log, live, finance, redis, push, ...(readers ? { readers } : {}) }, scope);
  } finally {
    redis.disconnect();
    await Promise.all([live.close(), finance.close(), readers?.close()]);
  }
}
