import { RECONCILIATION_JOB } from "@/domain/contracts/reconciliation";
import { LIVE_EVERY_MS } from "@/domain/rules/live-figures";
import type { Log } from "@/platform/observability/log";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { JobRequest } from "@/server/queue/job-queue";
import { reportCutOffs } from "@/server/services/approval/report-cut-offs";
import { logChainEnds } from "@/server/services/audit/log-chain-ends";
import type { Resources } from "@/server/services/context";
import { carryOutDecisions } from "@/server/services/dead-letter/carry-out-decision";
import { moveOldLetters } from "@/server/services/dead-letter/move-old-letters";
import { takeLiveSample } from "@/server/services/ops/live-figures";
import { keepRestrictions, placeMissingHolds } from "@/server/services/people/keep-restrictions";
import { respellPhones } from "@/server/services/people/respell-phones";
import { askProviders } from "@/server/services/recharge/ask-providers";
import { recoverPayments } from "@/server/services/recharge/recover-payments";
import { reconcile } from "@/server/services/reconciliation/reconcile";
import { removeExpired } from "@/server/services/retention/remove-expired";
import { raisePeaks } from "@/server/services/room/session-peak";
import { countVisits } from "@/server/services/visits/count-visits";
import { payWithdrawals } from "@/server/services/withdrawal/pay-withdrawals";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface JobRun {
  /** Aborted when the process is asked to end: a job stops at its next safe place and goes on at its next tick. */
  signal: AbortSignal;
  /** Has the job's name. */
  log: Log;
  request: JobRequest;
}

export interface ScheduledJob {
  /** Lower case with hyphens; never changed, for it is the name of the queue. */
  name: string;
  everyMs: number;
  /** Safe to repeat: a run that died is run again. What it throws is logged and counted, and it runs at its next tick. */
  run(resources: Resources, run: JobRun): Promise<unknown>;
}

/** Everything that happens by the clock. A new job is one line here. */
export const JOBS: readonly ScheduledJob[] = [
  {
    name: "ask-payment-providers",
    everyMs: MINUTE_MS / 4,
    run: (resources, { signal, log }) => askProviders({ ...resources, log }, sharedNow(), signal),
  },
  {
    name: "pay-withdrawals",
    everyMs: 2_000,
    run: async (resources, { signal, log }) => {
      // Whoever was stopped before this is held before anything leaves, whatever died between the two.
      await placeMissingHolds(resources);
      await payWithdrawals({ ...resources, log }, () => sharedNow(), signal);
    },
  },
  {
    name: "keep-restrictions",
    everyMs: 2_000,
    run: (resources, { log }) => keepRestrictions({ ...resources, log }),
  },
  {
    name: "recover-payments",
    everyMs: 1_000,
    run: (resources, { signal, log }) => recoverPayments({ ...resources, log }, sharedNow(), signal),
  },
  {
    name: "viewer-peaks",
    everyMs: 5_000,
    run: (resources, { log }) => raisePeaks({ ...resources, log }),
  },
  {
    name: "live-figures",
    everyMs: LIVE_EVERY_MS,
    run: (resources, { log }) => takeLiveSample({ ...resources, log }),
  },
  {
    name: "count-visits",
    everyMs: 5_000,
    run: (resources, { signal, log }) => countVisits({ ...resources, log }, signal),
  },
  {
    name: "remove-expired",
    everyMs: DAY_MS / 24,
    run: (resources, { signal, log }) => removeExpired({ ...resources, log }, sharedNow(), signal),
  },
  {
    name: "respell-phones",
    everyMs: DAY_MS,
    run: (resources, { signal, log }) => respellPhones({ ...resources, log }, signal),
  },
  {
    name: "report-cut-offs",
    everyMs: MINUTE_MS,
    run: (resources, { log }) => reportCutOffs({ ...resources, log }),
  },
  {
    name: "dead-letters",
    everyMs: 5_000,
    run: async (resources, { signal, log }) => {
      await carryOutDecisions({ ...resources, log });
      await moveOldLetters({ ...resources, log }, signal);
    },
  },
  {
    name: "log-audit-chain",
    everyMs: DAY_MS,
    run: logChainEnds,
  },
  {
    name: RECONCILIATION_JOB,
    everyMs: 10 * MINUTE_MS,
    run: (resources, { request, signal, log }) => reconcile({ ...resources, log }, { ...request, signal }),
  },
];
