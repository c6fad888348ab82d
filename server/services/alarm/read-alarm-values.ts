import type { AlarmMetric } from "@/domain/contracts/alarm-rules";
import { type AlarmValue, alarmValues } from "@/domain/rules/alarm-values";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { sumCalls } from "@/domain/rules/call-buckets";
import type { RedisClient } from "@/platform/redis/client";
import { callsOfMinuteKey } from "@/platform/redis/web-keys";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import { readProcesses } from "../ops/process-view";

const WORST_MAX = 5;

/** Every figure that is watched, and Redis' time. What processes say of themselves is enough for most of them. */
export async function readAlarmValues(
  redis: RedisClient,
): Promise<{ values: Record<AlarmMetric, AlarmValue>; nowMs: number }> {
  const { processes, nowMs } = await readProcesses(redis);
  const values = alarmValues(processes, nowMs);
  const [giftQueueSeconds, claimQueueSeconds, failedCallsPerMinute] = await Promise.all([
    withoutWorker(values.giftQueueSeconds, redis, giftQueue, nowMs),
    withoutWorker(values.claimQueueSeconds, redis, claimQueue, nowMs),
    readFailedCalls(redis, nowMs),
  ]);
  return { values: { ...values, giftQueueSeconds, claimQueueSeconds, failedCallsPerMinute }, nowMs };
}

/** Of a queue whose workers are all gone nobody says how old it is: then it is looked at. */
async function withoutWorker(
  said: AlarmValue,
  redis: RedisClient,
  queue: Pick<typeof giftQueue, "name" | "readLag">,
  nowMs: number,
): Promise<AlarmValue> {
  if (said.value !== null) return said;
  const lag = await queue.readLag(redis, ALL_BUCKETS, nowMs);
  return { value: Math.max(...lag.map(({ oldestMs }) => oldestMs)) / 1_000, worst: [queue.name] };
}

async function readFailedCalls(redis: RedisClient, nowMs: number): Promise<AlarmValue> {
  const fields = await redis.hgetall(callsOfMinuteKey(Math.floor(nowMs / 60_000) - 1));
  const failed = sumCalls([fields]).filter(({ errors }) => errors > 0);
  return {
    value: failed.reduce((sum, { errors }) => sum + errors, 0),
    worst: failed
      .toSorted((a, b) => b.errors - a.errors)
      .slice(0, WORST_MAX)
      .map(({ procedure }) => procedure),
  };
}
