import { type ConnectionOptions, Queue } from "bullmq";
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
export function openJobQueue(name: string, connection: ConnectionOptions): Queue<JobRequest> {
  return new Queue<JobRequest>(name, {
    connection,
    prefix: JOB_QUEUE_PREFIX,
    defaultJobOptions: {
      removeOnComplete: { count: RUNS_KEPT },
      removeOnFail: { count: RUNS_KEPT },
    },
  });
}

/**
 * Has a job run as soon as its present run, if any, has ended. Asked again before it begins, it runs once. What writes down
 * that it was asked for comes first: without that nothing runs. Returns false when no scheduler has ever had a job of this
 * name.
 */
export async function requestJobRun(
  redis: RedisClient,
  name: string,
  request: JobRequest,
  writeDown: () => Promise<void>,
): Promise<boolean> {
  const queue = openJobQueue(name, redis);
  // Without a listener an error event would end the process; the call below fails all the same.
  queue.on("error", () => {});
  try {
    if (!(await queue.getJobScheduler(name))) return false;
    await writeDown();
    await queue.add(name, request, { deduplication: { id: "requested" } });
    return true;
  } finally {
    await queue.close();
  }
}
