import { type Queue, Worker } from "bullmq";
import { counter, gauge, histogram } from "@/platform/observability/metrics";
import { repeatEvery } from "@/platform/runtime/repeat";
import { JOB_QUEUE_PREFIX, type JobRequest, jobConnection, openJobQueue } from "@/server/queue/job-queue";
import type { Resources } from "@/server/services/context";
import { requireKnownDatabases } from "@/server/services/restore/watch-databases";
import type { ScheduledJob } from "./jobs";

/** A run whose process died is given to another scheduler after this. */
const LOCK_MS = 15_000;
/** How often schedules are looked at: Redis may have lost them. */
const CHECK_MS = 5_000;
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

/**
 * Runs jobs by their schedule until `stop`, which aborts what runs and waits for it. Any number of schedulers share the
 * work: each tick is one entry with an id made from its time, and no job ever runs twice at once.
 */
export async function startJobs(
  resources: Resources,
  jobs: readonly ScheduledJob[],
): Promise<{ stop: () => Promise<void> }> {
  const stopping = new AbortController();
  const connection = jobConnection(resources.env);
  const opened = jobs.map((job) => {
    const log = resources.log.child({ job: job.name });
    const onError = (error: Error) => log.warn({ reason: error.message }, "the queue of a job is away");
    const queue = openJobQueue(job.name, connection);
    const worker = new Worker<JobRequest>(
      job.name,
      async ({ data }) => await runOnce(resources, job, data, stopping.signal),
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
    queue.on("error", onError);
    worker.on("error", onError);
    return { job, queue, worker };
  });
  const ensureAll = async () => {
    for (const { job, queue } of opened) await ensureScheduled(queue, job);
  };
  await ensureAll();
  for (const { worker, job } of opened) {
    worker
      .run()
      .catch((error: unknown) => resources.log.error({ err: error, job: job.name }, "a job stopped"));
  }
  const stopChecks = repeatEvery(CHECK_MS, resources.log, "checking schedules", ensureAll);
  return {
    stop: async () => {
      stopping.abort();
      await stopChecks();
      await Promise.all(opened.map(({ worker }) => worker.close()));
      await Promise.all(opened.map(({ queue }) => queue.close()));
    },
  };
}

/** Puts a schedule in place unless it stands as it should: an untouched schedule keeps its next tick over restarts. */
async function ensureScheduled(queue: Queue<JobRequest>, { name, everyMs }: ScheduledJob): Promise<void> {
  const [schedule, counts, concurrency] = await Promise.all([
    queue.getJobScheduler(name),
    queue.getJobCounts("waiting", "prioritized", "delayed", "active"),
    queue.getGlobalConcurrency(),
  ]);
  if (concurrency !== 1) await queue.setGlobalConcurrency(1);
  // Each tick puts the next one in place when it begins; with none there, nothing would ever run again.
  const hasTick = Object.values(counts).some((count) => count > 0);
  if (schedule?.every === everyMs && hasTick) return;
  await queue.upsertJobScheduler(name, { every: everyMs }, { name, data: {} });
}

async function runOnce(
  resources: Resources,
  job: ScheduledJob,
  request: JobRequest,
  signal: AbortSignal,
): Promise<void> {
  const log = resources.log.child({ job: job.name });
  const end = runSeconds.startTimer({ job: job.name });
  try {
    requireKnownDatabases(resources.live);
    await job.run(resources, { signal, log, request });
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
