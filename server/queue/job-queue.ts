import { type ConnectionOptions, type Job, Queue } from "bullmq";
import { type RedisClient, reconnectAfterMs } from "@/platform/redis/client";
import type { Env } from "@/platform/settings/env";

/** One hash tag for all jobs, so that each script of the library stays in one slot of a Redis Cluster. */
export const JOB_QUEUE_PREFIX = "{jobs}";
/** Ended runs that are remembered for a look at what happened. */
const RUNS_KEPT = 50;

/** The library waits for work in Redis for up to ten seconds at a time; a connection that says nothing for longer is silent. */
const SILENT_MS_MAX = 13_000;

/** Who asked for a run beside the schedule. */
export interface JobRequest {
  requestedBy?: string;
  traceId?: string;
}

/** A job's own connections: those that wait for work must never give up on a command. */
export function jobConnection(env: Pick<Env, "REDIS_URL">): ConnectionOptions {
  return {
    url: env.REDIS_URL,
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    // Such a connection is ended and opened again; what was under way on it is then asked once more.
    socketTimeout: SILENT_MS_MAX,
    retryStrategy: reconnectAfterMs,
  };
}

/** Each job has a queue of its own: a slow one holds up no other. `connection` may be shared with other commands. */
export function openJobQueue(
  name: string,
  connection: ConnectionOptions,
  options: { skipMetasUpdate?: boolean } = {},
): Queue<JobRequest> {
  return new Queue<JobRequest>(name, {
    ...options,
    connection,
    prefix: JOB_QUEUE_PREFIX,
    defaultJobOptions: {
      removeOnComplete: { count: RUNS_KEPT },
      removeOnFail: { count: RUNS_KEPT },
    },
  });
}

/** Work on a job's queue over a connection that is there anyway. Throws at once where Redis is away. */
async function withJobQueue<T>(
  redis: RedisClient,
  name: string,
  work: (queue: Queue<JobRequest>) => Promise<T>,
): Promise<T> {
  // Looking at it writes nothing.
  const queue = openJobQueue(name, redis, { skipMetasUpdate: true });
  // Without a listener an error event would end the process; the call below fails all the same.
  queue.on("error", () => {});
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

/**
 * Has a job run as soon as its present run, if any, has ended. Asked again before it begins, it runs once. What writes down
 * that it was asked for comes first: without that nothing runs.
 */
export async function requestJobRun(
  redis: RedisClient,
  name: string,
  request: JobRequest,
  writeDown: () => Promise<void>,
): Promise<void> {
  await withJobQueue(redis, name, async (queue) => {
    await queue.waitUntilReady();
    await redis.ping();
    await writeDown();
    await queue.add(name, request, { deduplication: { id: "requested" } });
  });
}

type Run = Job<JobRequest>;

/** How a job's queue stands: when its next tick is, what runs, and what ran last. */
export async function readJobQueue(redis: RedisClient, name: string) {
  return await withJobQueue(redis, name, async (queue) => {
    const [schedule, [running], [completed], [failed]] = await Promise.all([
      queue.getJobScheduler(name),
      queue.getActive(0, 0) as Promise<(Run | undefined)[]>,
      queue.getCompleted(0, 0) as Promise<(Run | undefined)[]>,
      queue.getFailed(0, 0) as Promise<(Run | undefined)[]>,
    ]);
    const ended = [completed, failed].filter((run) => run !== undefined).sort(byEnd);
    return { nextAtMs: schedule?.next ?? null, running: running ?? null, last: ended[0] ?? null };
  });
}

/** Runs of a job that have ended, the newest first; as many as Redis remembers. */
export async function listJobRuns(redis: RedisClient, name: string): Promise<Run[]> {
  return await withJobQueue(redis, name, async (queue) => {
    const [completed, failed] = await Promise.all([
      queue.getCompleted(0, RUNS_KEPT) as Promise<(Run | undefined)[]>,
      queue.getFailed(0, RUNS_KEPT) as Promise<(Run | undefined)[]>,
    ]);
    return [...completed, ...failed]
      .filter((run) => run !== undefined)
      .sort(byEnd)
      .slice(0, RUNS_KEPT);
  });
}

const byEnd = (a: Run, b: Run) => (b.finishedOn ?? 0) - (a.finishedOn ?? 0);
