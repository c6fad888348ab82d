import { readAnalyticsPlaces, readCountedSums } from "@/db/finance/queries/analytics-cells";
import {
  type Checksum,
  endRun,
  type JobHold,
  LostHoldError,
  letGo,
  lockHold,
  takeJob,
  takeJobBetweenRuns,
} from "@/db/finance/queries/analytics-job";
import { rankViewers, sumPayers } from "@/db/finance/queries/viewer-profiles";
import { readLastRefundSeq, readLastSeqs } from "@/db/live/ledger/gift-feed";
import { readLedgerSums } from "@/db/live/queries/gift-cells";
import { readPolicy } from "@/db/policies";
import { inTransaction, onSnapshot } from "@/db/transaction";
import { PROFILE_WINDOW_DAYS, type ProfileWindow, type WindowCutoffs } from "@/domain/contracts/analytics";
import { dayOf } from "@/domain/rules/calendar";
import { seqsOf } from "@/domain/rules/feed-agreement";
import { gauge } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import { repeatEvery } from "@/platform/runtime/repeat";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { requireKnownDatabases } from "../restore/watch-databases";
import { BATCH_GIFTS, type CountOptions, countGifts, type Stopped } from "./count-gifts";

const DAY_MS = 24 * 3_600_000;

const differs = gauge("downpour_analytics_differs", "1 while what was counted is not what the ledger says");
const stoppedBuckets = gauge(
  "downpour_analytics_stopped",
  "Buckets that analytics could not count to their end: a missing number, or a gift from the future",
);
const endedAt = gauge("downpour_analytics_ended_seconds", "When the last run ended, in seconds since 1970");

type RunResources = Pick<Resources, "live" | "finance" | "log">;

export type RunOutcome = "nothing" | "done" | "differs" | "lost" | "counted";

/**
 * When so many gifts wait they are counted, whatever the clock says, and so is any refund: whoever asks has to read what
 * waits, and what is taken off makes sets of people useless. The checksum and the ranks have the clock's time.
 */
export const WAITING_GIFTS_MAX = 10_000;

export type RunOptions = Partial<CountOptions> & { leaseMs: number };

/**
 * One look of a worker: takes the job where there is something to do and carries its run to the end; between two runs
 * counts what waits where it has become much (`counted`). Where somebody else
 * took it over meanwhile, `lost`: what that one counts was counted once. An error leaves the run open, with its reason;
 * the next look, of whichever worker, goes on where it stopped.
 */
export async function runAnalytics(
  resources: RunResources,
  holder: string,
  options: RunOptions,
): Promise<RunOutcome> {
  requireKnownDatabases(resources.live);
  const { finance } = resources;
  const { everyMinutes } = await readPolicy(finance.sql, "analytics-schedule");
  const { leaseMs } = options;
  const hold = await takeJob(finance, { holder, leaseMs, everyMs: everyMinutes * 60_000 });
  if (!hold) return await countBetweenRuns(resources, holder, options);
  return await underHold(resources, hold, async () => {
    const stopped = await countGifts(resources, hold, { batchGifts: BATCH_GIFTS, ...options });
    const outcome = await finishRun(resources, hold, stopped, leaseMs);
    stoppedBuckets.set(stopped.length);
    endedAt.set(sharedNowMs() / 1_000);
    return outcome;
  });
}

async function countBetweenRuns(
  resources: RunResources,
  holder: string,
  options: RunOptions,
): Promise<RunOutcome> {
  const { live, finance } = resources;
  const [{ buckets, refunds }, lastSeqs, lastRefund] = await Promise.all([
    readAnalyticsPlaces(finance),
    readLastSeqs(live),
    readLastRefundSeq(live),
  ]);
  const waiting = [...buckets].reduce(
    (sum, [bucket, { seq }]) => sum + Math.max(0, (lastSeqs.get(bucket) ?? 0) - seq),
    0,
  );
  if (waiting <= WAITING_GIFTS_MAX && lastRefund <= refunds.seq) return "nothing";
  const hold = await takeJobBetweenRuns(finance, { holder, leaseMs: options.leaseMs });
  if (!hold) return "nothing";
  return await underHold<RunOutcome>(resources, hold, async () => {
    const stopped = await countGifts(resources, hold, { batchGifts: BATCH_GIFTS, ...options });
    stoppedBuckets.set(stopped.length);
    await letGo(finance, hold, null);
    return "counted";
  });
}

export async function underHold<T>(
  { finance, log }: RunResources,
  hold: JobHold,
  work: () => Promise<T>,
): Promise<T | "lost"> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LostHoldError) {
      log.warn({ runId: hold.runId }, "another worker has taken the analytics job over");
      return "lost";
    }
    await letGo(finance, hold, String(error)).catch(() => {});
    throw error;
  }
}

/** Compares with the ledger, ranks the viewers and ends the run, in one transaction under the fence. */
async function finishRun(
  resources: RunResources,
  hold: JobHold,
  stopped: readonly Stopped[],
  leaseMs: number,
): Promise<RunOutcome> {
  const { live, finance } = resources;
  const { highTopPercent, midTopPercent } = await readPolicy(finance.sql, "analytics-tiers");
  const fromDay = dayOf(sharedNowMs() - (PROFILE_WINDOW_DAYS - 1) * DAY_MS);
  const checksum = await whileHolding(resources, hold, leaseMs, () => compareWithLedger({ live, finance }));
  const isOk = isEqual(checksum);
  await inTransaction(finance.sql, async (tx) => {
    await lockHold(tx, hold, leaseMs);
    await sumPayers(tx, fromDay);
    const shares = { highShare: highTopPercent / 100, midShare: midTopPercent / 100 };
    const cutoffs: Record<ProfileWindow, WindowCutoffs> = {
      all: await rankViewers(tx, hold, { window: "all", ...shares }),
      "30d": await rankViewers(tx, hold, { window: "30d", ...shares }),
    };
    await endRun(tx, hold, { checksum, isOk, cutoffs, error: describeStopped(stopped) });
  });
  differs.set(isOk ? 0 : 1);
  if (!isOk) {
    await raiseAlarm(resources, {
      kind: "analytics.differs",
      subject: "analytics:checksum",
      facts: { runId: hold.runId, ...checksum },
      traceId: newTraceId(),
    });
  }
  return isOk ? "done" : "differs";
}

/** Lengthens the lease while something takes longer than it. Who has lost it hears so from the next write under the fence. */
export async function whileHolding<T>(
  { finance, log }: RunResources,
  hold: JobHold,
  leaseMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const stop = repeatEvery(leaseMs / 3, log, "renewing the analytics lease", () =>
    inTransaction(finance.sql, (tx) => lockHold(tx, hold, leaseMs)),
  );
  try {
    return await work();
  } finally {
    await stop();
  }
}

/** What the tables come to, and what the ledger says up to the same cursors. */
export async function compareWithLedger({
  live,
  finance,
}: Pick<Resources, "live" | "finance">): Promise<Checksum> {
  const { places, counted } = await onSnapshot(finance.sql, async (sql) => ({
    places: await readAnalyticsPlaces({ sql }),
    counted: await readCountedSums({ sql }),
  }));
  const cursors = seqsOf(places.buckets);
  const ledger = await readLedgerSums(live, cursors, places.refunds.seq);
  return {
    gifts: String(counted.hours.gifts),
    coins: String(counted.hours.coins),
    ledgerGifts: String(ledger.gifts),
    ledgerCoins: String(ledger.coins),
    pairGifts: String(counted.pairs.gifts),
    pairCoins: String(counted.pairs.coins),
    dayGifts: String(counted.days.gifts),
    dayCoins: String(counted.days.coins),
  };
}

const isEqual = (sum: Checksum) =>
  [sum.gifts, sum.pairGifts, sum.dayGifts].every((gifts) => gifts === sum.ledgerGifts) &&
  [sum.coins, sum.pairCoins, sum.dayCoins].every((coins) => coins === sum.ledgerCoins);

function describeStopped(stopped: readonly Stopped[]): string | null {
  if (stopped.length === 0) return null;
  return stopped
    .map(
      ({ bucket, why }) =>
        `bucket ${bucket}: ${why === "gap" ? "a number is missing" : "a gift from the future"}`,
    )
    .join("; ");
}
