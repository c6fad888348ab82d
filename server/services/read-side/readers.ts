import {
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  type IPolicy,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb, type PoolOptions } from "@/db/client";
import { watchBreaker } from "@/platform/observability/breakers";
import type { Log } from "@/platform/observability/log";
import type { Env } from "@/platform/settings/env";

/** A replica that does not answer a small question in this time is as good as away. */
const ANSWER_MS_MAX = 2_000;
/** After a failure nobody asks it for so long; the primary answers meanwhile. */
const PAUSE_MS = 5_000;

/** A replica, and whether it is worth asking. */
export interface Reader<D> {
  db: D;
  /** Runs what asks it; throws at once while it is away. */
  guard: IPolicy;
}

/** Replicas for reading, where the settings name any. */
export interface Readers {
  live: Reader<LiveDb> | null;
  finance: Reader<FinanceDb> | null;
  close(): Promise<void>;
}

/** Undefined without replicas: then every question goes to the primaries, as ever. */
export function openReaders(
  env: Pick<Env, "LIVE_READ_DATABASE_URL" | "FINANCE_READ_DATABASE_URL">,
  log: Log,
  pool: PoolOptions,
): Readers | undefined {
  const { LIVE_READ_DATABASE_URL: liveUrl, FINANCE_READ_DATABASE_URL: financeUrl } = env;
  if (!liveUrl && !financeUrl) return undefined;
  const live = liveUrl ? { db: openLiveDb(liveUrl, pool), guard: createGuard("live", log) } : null;
  const finance = financeUrl
    ? { db: openFinanceDb(financeUrl, pool), guard: createGuard("finance", log) }
    : null;
  return {
    live,
    finance,
    close: async () => {
      await Promise.all([live?.db.close(), finance?.db.close()]);
    },
  };
}

function createGuard(name: string, log: Log): IPolicy {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(1) });
  watchBreaker(`${name}-replica`, breaker);
  breaker.onBreak((reason) => log.warn({ replica: name, reason: describe(reason) }, "a replica is away"));
  breaker.onReset(() => log.info({ replica: name }, "a replica is back"));
  return wrap(breaker, timeout(ANSWER_MS_MAX, TimeoutStrategy.Aggressive));
}

function describe(reason: unknown): string {
  const error = typeof reason === "object" && reason !== null && "error" in reason ? reason.error : reason;
  return error instanceof Error ? error.message : String(error);
}
