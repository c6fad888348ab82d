import { z } from "zod";
import { LIVE_EVERY_MS } from "../rules/live-figures";
import { OperatorReason } from "./ids";
import type { PolicyVersion } from "./policy-versions";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface JobTimes {
  /** As long as no operator has said otherwise. */
  everyMs: number;
  /** What an operator may choose: oftener it would only load the stores, more seldom what it does would come too late. */
  minMs: number;
  maxMs: number;
}

/** Every job that the scheduler runs by the clock. A name never changes, for it is the name of its queue. */
export const SCHEDULED_JOBS = {
  "ask-payment-providers": { everyMs: 15 * SECOND_MS, minMs: SECOND_MS, maxMs: HOUR_MS },
  "pay-withdrawals": { everyMs: 2 * SECOND_MS, minMs: SECOND_MS, maxMs: DAY_MS },
  "keep-restrictions": { everyMs: 2 * SECOND_MS, minMs: SECOND_MS, maxMs: MINUTE_MS },
  "recover-payments": { everyMs: SECOND_MS, minMs: SECOND_MS, maxMs: 10 * MINUTE_MS },
  "viewer-peaks": { everyMs: 5 * SECOND_MS, minMs: SECOND_MS, maxMs: 10 * MINUTE_MS },
  "live-figures": { everyMs: LIVE_EVERY_MS, minMs: SECOND_MS, maxMs: MINUTE_MS },
  "count-visits": { everyMs: 5 * SECOND_MS, minMs: SECOND_MS, maxMs: 10 * MINUTE_MS },
  "remove-expired": { everyMs: HOUR_MS, minMs: MINUTE_MS, maxMs: 7 * DAY_MS },
  "respell-phones": { everyMs: DAY_MS, minMs: MINUTE_MS, maxMs: 30 * DAY_MS },
  "report-cut-offs": { everyMs: MINUTE_MS, minMs: SECOND_MS, maxMs: HOUR_MS },
  "dead-letters": { everyMs: 5 * SECOND_MS, minMs: SECOND_MS, maxMs: HOUR_MS },
  "log-audit-chain": { everyMs: DAY_MS, minMs: MINUTE_MS, maxMs: 7 * DAY_MS },
  reconciliation: { everyMs: 10 * MINUTE_MS, minMs: 10 * SECOND_MS, maxMs: 7 * DAY_MS },
} as const satisfies Record<string, JobTimes>;

export type JobName = keyof typeof SCHEDULED_JOBS;
export const JOB_NAMES = Object.keys(SCHEDULED_JOBS) as JobName[];
export const isJobName = (name: string): name is JobName => Object.hasOwn(SCHEDULED_JOBS, name);

/** What operators said of a job. */
export const JobPolicy = z.object({
  /** Null: as often as the code says. */
  everyMs: z.number().int().min(1).nullable(),
  isPaused: z.boolean(),
});
export type JobPolicy = z.infer<typeof JobPolicy>;

export const JOB_POLICY_DEFAULTS: JobPolicy = { everyMs: null, isPaused: false };

/** The key of a job's policy row. */
export const jobPolicyKey = <N extends JobName>(name: N) => `job:${name}` as const;

/** A policy for each job, beside the others. */
export const JOB_POLICIES = Object.fromEntries(
  JOB_NAMES.map((name) => [jobPolicyKey(name), { schema: JobPolicy, defaults: JOB_POLICY_DEFAULTS }]),
) as Record<`job:${JobName}`, { schema: typeof JobPolicy; defaults: JobPolicy }>;

/** The name of a job as it is called with; whether there is one is answered by JOB_UNKNOWN. */
const CalledJobName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);

export const RunJobInput = z.object({ name: CalledJobName, reason: OperatorReason });
export type RunJobInput = z.infer<typeof RunJobInput>;

export const UpdateJobInput = z
  .object({
    name: CalledJobName,
    /** Null goes back to what the code says; left out it stays. */
    everyMs: z.number().int().nullable().optional(),
    paused: z.boolean().optional(),
    reason: OperatorReason,
  })
  .refine(({ everyMs, paused }) => everyMs !== undefined || paused !== undefined, { path: ["everyMs"] });
export type UpdateJobInput = z.infer<typeof UpdateJobInput>;

export const JobInput = z.object({ name: CalledJobName });
export type JobInput = z.infer<typeof JobInput>;

/** A run that has ended. */
export interface JobRunFacts {
  runId: string;
  outcome: "ok" | "failed";
  startedAt: string;
  endedAt: string;
  tookMs: number;
  /** Why it failed. */
  error: string | null;
  /** The operator who asked for it; null: the clock. */
  requestedBy: string | null;
  node: string | null;
}

/** How far a run is. */
export interface JobProgress {
  done: number;
  all: number;
}

export interface JobView {
  name: JobName;
  everyMs: number;
  defaultEveryMs: number;
  minEveryMs: number;
  maxEveryMs: number;
  paused: boolean;
  /** Changed by an operator how often; 0: never. */
  version: number;
  /** Null while it is paused, and where nobody can say. */
  nextAt: string | null;
  running: { startedAt: string; node: string | null; requestedBy: string | null } | null;
  /** Of the run under way, where it says so. */
  progress: JobProgress | null;
  lastRun: JobRunFacts | null;
}

export interface JobsView {
  items: JobView[];
  /** False: Redis could not be asked, so that nobody knows what runs and what ran. */
  isQueueKnown: boolean;
}

export interface JobHistory {
  /** The newest first; Redis remembers a few of each job. Null where it cannot be asked. */
  runs: JobRunFacts[] | null;
  changes: PolicyVersion<JobPolicy>[];
}
