import type { Job } from "bullmq";
import { listPolicyVersions } from "@/db/live/queries/policy-versions";
import { writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import {
  isJobName,
  JOB_NAMES,
  type JobHistory,
  type JobInput,
  type JobName,
  type JobPolicy,
  type JobProgress,
  type JobRunFacts,
  type JobsView,
  type JobView,
  jobPolicyKey,
  SCHEDULED_JOBS,
  type UpdateJobInput,
} from "@/domain/contracts/jobs";
import { type JobRequest, listJobRuns, readJobQueue } from "@/server/queue/job-queue";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { readJobPolicies, type StoredJobPolicy, UNCHANGED_JOB } from "../policy/job-policies";

const CHANGES_SHOWN = 50;
const ERROR_LENGTH_MAX = 500;

/** Every job of the scheduler: how often, when next, what runs, what ran last. Without Redis only what was decided. */
export async function getJobs(ctx: SignedInCtx): Promise<JobsView> {
  const policies = await readJobPolicies(ctx);
  const known = await Promise.all(
    JOB_NAMES.map(async (name) =>
      toView(name, policies.get(name) ?? UNCHANGED_JOB, await askQueue(ctx, name)),
    ),
  );
  return { items: known.map(({ view }) => view), isQueueKnown: known.every(({ isKnown }) => isKnown) };
}

/** What a job did, as far as Redis remembers it, and who changed it. Throws JOB_UNKNOWN. */
export async function getJobHistory(ctx: SignedInCtx, input: JobInput): Promise<JobHistory> {
  const name = requireJob(input.name);
  const [changes, runs] = await Promise.all([
    listPolicyVersions(ctx.live, jobPolicyKey(name), CHANGES_SHOWN),
    listJobRuns(ctx.redis, name).catch((error: unknown) => {
      ctx.log.warn({ reason: String(error), job: name }, "the runs of a job could not be read");
      return null;
    }),
  ]);
  return { changes, runs: runs && runs.map(toRun) };
}

/**
 * Changes how often a job runs, or pauses it: a run under way is asked to stop at its next safe place. Every scheduler goes
 * by it within seconds. Throws JOB_UNKNOWN, and INVALID_INPUT with `min` and `max` for what is too often or too seldom.
 */
export async function updateJob(
  ctx: SignedInCtx,
  input: UpdateJobInput,
): Promise<JobPolicy & { name: JobName }> {
  const { everyMs, paused, reason } = input;
  const name = requireJob(input.name);
  const { minMs, maxMs } = SCHEDULED_JOBS[name];
  if (typeof everyMs === "number" && (everyMs < minMs || everyMs > maxMs))
    throw new BizError("INVALID_INPUT", { field: "everyMs", min: minMs, max: maxMs });
  const change: Partial<JobPolicy> = {
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(paused === undefined ? {} : { isPaused: paused }),
  };
  const by = actingOperator(ctx, reason);
  const policy = await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, jobPolicyKey(name), change, by));
  return { name, ...policy };
}

function requireJob(name: string): JobName {
  if (!isJobName(name)) throw new BizError("JOB_UNKNOWN", { field: "name" });
  return name;
}

type QueueState = Awaited<ReturnType<typeof readJobQueue>>;

async function askQueue({ redis, log }: SignedInCtx, name: JobName): Promise<QueueState | null> {
  try {
    return await readJobQueue(redis, name);
  } catch (error) {
    log.warn({ reason: String(error), job: name }, "the queue of a job could not be read");
    return null;
  }
}

function toView(
  name: JobName,
  policy: StoredJobPolicy,
  queue: QueueState | null,
): { view: JobView; isKnown: boolean } {
  const { everyMs, minMs, maxMs } = SCHEDULED_JOBS[name];
  const { nextAtMs = null, running = null, last = null } = queue ?? {};
  const view: JobView = {
    name,
    everyMs: policy.everyMs ?? everyMs,
    defaultEveryMs: everyMs,
    minEveryMs: minMs,
    maxEveryMs: maxMs,
    paused: policy.isPaused,
    version: policy.version,
    nextAt: nextAtMs === null || policy.isPaused ? null : iso(nextAtMs),
    running: running && {
      startedAt: iso(running.processedOn ?? running.timestamp),
      node: running.processedBy ?? null,
      requestedBy: running.data.requestedBy ?? null,
    },
    progress: running && toProgress(running.progress),
    lastRun: last && toRun(last),
  };
  return { view, isKnown: queue !== null };
}

function toRun(run: Job<JobRequest>): JobRunFacts {
  const endedMs = run.finishedOn ?? run.timestamp;
  const startedMs = run.processedOn ?? endedMs;
  return {
    runId: String(run.id),
    outcome: run.failedReason ? "failed" : "ok",
    startedAt: iso(startedMs),
    endedAt: iso(endedMs),
    tookMs: Math.max(0, endedMs - startedMs),
    error: run.failedReason?.slice(0, ERROR_LENGTH_MAX) ?? null,
    requestedBy: run.data.requestedBy ?? null,
    node: run.processedBy ?? null,
  };
}

/** What the library keeps may be anything; a run that has said nothing has a zero. */
function toProgress(progress: unknown): JobProgress | null {
  if (typeof progress !== "object" || progress === null) return null;
  const { done, all } = progress as Partial<JobProgress>;
  return typeof done === "number" && typeof all === "number" ? { done, all } : null;
}

const iso = (ms: number) => new Date(ms).toISOString();
