import { type Job, type Queue, Worker } from "bullmq";
import { counter, gauge, histogram } from "@/platform/observability/metrics";
import { repeatEvery } from "@/platform/runtime/repeat";
import { JOB_QUEUE_PREFIX, type JobRequest, jobConnection, openJobQueue } from "@/server/queue/job-queue";
import type { Resources } from "@/server/services/context";
import { readJobPolicies, type StoredJobPolicy, UNCHANGED_JOB } from "@/server/services/policy/job-policies";
import { requireKnownDatabases } from "@/server/services/restore/watch-databases";
import type { ScheduledJob } from "./jobs";

/** A run whose process died is given to another scheduler after this. */
const LOCK_MS = 15_000;
/** How often it is looked what operators decided, and whether Redis still has the schedules. */
const CHECK_MS = 2_000;
/** How soon a worker whose connection was lost waits for work again. */
const RETRY_MS = 1_000;

const runsTotal = counter("downpour_job_runs_total", "Ended runs of scheduled jobs", ["job", "outcome"]);
const runSeconds = histogram(
  "downpour_job_run_seconds",
  "Duration of one run of a scheduled job",
  ["job"],
  [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800],
);
const lastSuccess = gauge("downpour_job_last_success_seconds", "When the job last ended well, in Unix time", [
  "job",
]);

/** A job in this process. */
interface OpenJob {
  job: ScheduledJob;
  queue: Queue<JobRequest>;
  worker: Worker<JobRequest>;
  policy: StoredJobPolicy;
  /** Aborted when an operator pauses the job. */
  pausing: AbortController;
}

/**
 * Runs jobs by their schedule until `stop`, which aborts what runs and waits for it. Any number of schedulers share the
 * work: each tick is one entry with an id made from its time, and no job ever runs twice at once. How often, and whether at
 * all, is what operators decided in the live database; as long as nobody could read that, nothing runs.
 */
export async function startJobs(
  resources: Resources,
  jobs: readonly ScheduledJob[],
): Promise<{ stop: () => Promise<void> }> {
  const stopping = new AbortController();
  const opened = jobs.map((job) => openJob(resources, job, stopping.signal));
  let isRunning = false;
  const follow = async () => {
    await readDecisions(resources, opened, isRunning);
    for (const one of opened) await ensureScheduled(one);
    if (isRunning || stopping.signal.aborted) return;
    isRunning = true;
    for (const { worker, job } of opened) {
      worker
        .run()
        .catch((error: unknown) => resources.log.error({ err: error, job: job.name }, "a job stopped"));
    }
  };
  const stopChecks = repeatEvery(CHECK_MS, resources.log, "checking schedules", follow);
  return {
    stop: async () => {
      stopping.abort();
      await stopChecks();
      await Promise.all(opened.map(({ worker }) => worker.close()));
      await Promise.all(opened.map(({ queue }) => queue.close()));
    },
  };
}

function openJob(resources: Resources, job: ScheduledJob, stopping: AbortSignal): OpenJob {
  const log = resources.log.child({ job: job.name });
  const connection = jobConnection(resources.env);
  const onError = (error: Error) => log.warn({ reason: error.message }, "the queue of a job is away");
  const worker = new Worker<JobRequest>(
    job.name,
    async (entry) => {
      // A tick that came before the job was paused; whoever asks for a run means it all the same.
      const isAsked = entry.data.requestedBy !== undefined;
      if (opened.policy.isPaused && !isAsked) return;
      const signal = isAsked ? stopping : AbortSignal.any([stopping, opened.pausing.signal]);
      await runOnce(resources, job, entry, signal);
    },
    {
      connection,
      prefix: JOB_QUEUE_PREFIX,
      name: resources.env.NODE_NAME,
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      runRetryDelay: RETRY_MS,
    },
  );
  const queue = openJobQueue(job.name, connection);
  queue.on("error", onError);
  worker.on("error", onError);
  const opened: OpenJob = { job, queue, worker, policy: UNCHANGED_JOB, pausing: new AbortController() };
  return opened;
}

/** While the database is away what was decided last holds; throws where nothing is known yet. */
async function readDecisions(
  resources: Resources,
  opened: readonly OpenJob[],
  isKnown: boolean,
): Promise<void> {
  const policies = await readJobPolicies(resources).catch((error: unknown) => {
    if (!isKnown) throw error;
    resources.log.warn({ reason: String(error) }, "what operators decided of jobs could not be read");
    return undefined;
  });
  if (!policies) return;
  for (const one of opened) {
    const policy = policies.get(one.job.name) ?? UNCHANGED_JOB;
    if (policy.isPaused && !one.policy.isPaused) one.pausing.abort();
    if (!policy.isPaused && one.policy.isPaused) one.pausing = new AbortController();
    one.policy = policy;
  }
}

/** Puts a schedule in place unless it stands as it should: an untouched schedule keeps its next tick over restarts. */
async function ensureScheduled({ job: { name, everyMs }, queue, policy }: OpenJob): Promise<void> {
  const every = policy.everyMs ?? everyMs;
  const [schedule, counts, concurrency] = await Promise.all([
    queue.getJobScheduler(name),
    queue.getJobCounts("waiting", "prioritized", "delayed", "active"),
    queue.getGlobalConcurrency(),
  ]);
  if (concurrency !== 1) await queue.setGlobalConcurrency(1);
  if (policy.isPaused) {
    if (schedule) await queue.removeJobScheduler(name);
    return;
  }
  // Each tick puts the next one in place when it begins; with none there, nothing would ever run again.
  const hasTick = Object.values(counts).some((count) => count > 0);
  if (schedule?.every === every && hasTick) return;
  await queue.upsertJobScheduler(name, { every }, { name, data: {} });
}

async function runOnce(
  resources: Resources,
  job: ScheduledJob,
  entry: Job<JobRequest>,
  signal: AbortSignal,
): Promise<void> {
  const log = resources.log.child({ job: job.name });
  const end = runSeconds.startTimer({ job: job.name });
  // Only shown: that Redis did not take it changes nothing.
  const report = (done: number, all: number) => void entry.updateProgress({ done, all }).catch(() => {});
  try {
    requireKnownDatabases(resources.live);
    await job.run(resources, { signal, log, request: entry.data, report });
    runsTotal.inc({ job: job.name, outcome: "ok" });
    lastSuccess.set({ job: job.name }, Date.now() / 1000);
  } catch (error) {
    runsTotal.inc({ job: job.name, outcome: "failed" });
    log.error({ err: error }, "a scheduled job failed; it runs again at its next tick");
    throw error;
  } finally {
    end();
  }
}
