import { JOB_NAMES, type JobName, SCHEDULED_JOBS } from "@/domain/contracts/jobs";
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

export interface JobRun {
  /** Aborted when the process is asked to end or the job is paused: it stops at its next safe place. */
  signal: AbortSignal;
  /** Has the job's name. */
  log: Log;
  request: JobRequest;
  /** How far it is, for whoever looks. */
  report(done: number, all: number): void;
}

export interface ScheduledJob {
  /** Lower case with hyphens; never changed, for it is the name of the queue. */
  name: string;
  /** As long as no operator has said otherwise. */
  everyMs: number;
  /** Safe to repeat: a run that died is run again. What it throws is logged and counted, and it runs at its next tick. */
  run(resources: Resources, run: JobRun): Promise<unknown>;
}

/** What each job does. A new one is a line here, and one in `domain/contracts/jobs.ts` that says how often. */
const RUNS: Record<JobName, ScheduledJob["run"]> = {
  "ask-payment-providers": (resources, { signal, log }) =>
    askProviders({ ...resources, log }, sharedNow(), signal),
  "pay-withdrawals": async (resources, { signal, log }) => {
    // Whoever was stopped before this is held before anything leaves, whatever died between the two.
    await placeMissingHolds(resources);
    await payWithdrawals({ ...resources, log }, () => sharedNow(), signal);
  },
  "keep-restrictions": (resources, { log }) => keepRestrictions({ ...resources, log }),
  "recover-payments": (resources, { signal, log }) =>
    recoverPayments({ ...resources, log }, sharedNow(), signal),
  "viewer-peaks": (resources, { log }) => raisePeaks({ ...resources, log }),
  "live-figures": (resources, { log }) => takeLiveSample({ ...resources, log }),
  "count-visits": (resources, { signal, log }) => countVisits({ ...resources, log }, signal),
  "remove-expired": (resources, { signal, log, report }) =>
    removeExpired({ ...resources, log }, sharedNow(), signal, report),
  "respell-phones": (resources, { signal, log }) => respellPhones({ ...resources, log }, signal),
  "report-cut-offs": (resources, { log }) => reportCutOffs({ ...resources, log }),
  "dead-letters": async (resources, { signal, log }) => {
    await carryOutDecisions({ ...resources, log });
    await moveOldLetters({ ...resources, log }, signal);
  },
  "log-audit-chain": logChainEnds,
  reconciliation: (resources, { request, signal, log, report }) =>
    reconcile({ ...resources, log }, { ...request, signal, report }),
};

/** Everything that happens by the clock. */
export const JOBS: readonly ScheduledJob[] = JOB_NAMES.map((name) => ({
  name,
  everyMs: SCHEDULED_JOBS[name].everyMs,
  run: RUNS[name],
}));
