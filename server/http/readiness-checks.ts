import { tryWriting } from "@/db/ping";
import type { ReadinessChecks } from "@/platform/observability/health";
import { tryWritingRedis } from "@/platform/redis/try-writing";
import type { Resources } from "../services/context";
import { checkKnownDatabases } from "../services/restore/watch-databases";

const ANSWER_MS_MAX = 2_000;

/**
 * Redis and the live database must take a write: one that answers and takes none is of no use. Without the finance database
 * gifting goes on, so it is only reported.
 */
export function readinessChecks({ live, finance, redis }: Resources): ReadinessChecks {
  return {
    databases: () => checkKnownDatabases(live),
    live: () => tryWriting(live, ANSWER_MS_MAX).then(() => ({ ok: true })),
    redis: () => tryWritingRedis(redis).then(() => ({ ok: true })),
    finance: () =>
      tryWriting(finance, ANSWER_MS_MAX).then(
        () => ({ ok: true }),
        (error: unknown) => ({ ok: true, reason: `Away, settlement waits: ${String(error)}` }),
      ),
  };
}
