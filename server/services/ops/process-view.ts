import type { ServiceProcess } from "@/domain/contracts/services";
import { judgeProcesses } from "@/domain/rules/process-state";
import type { RedisClient } from "@/platform/redis/client";
import { readProcessRows } from "@/platform/redis/process-rows";
import { defineHeld } from "@/platform/runtime/caches";
import type { Resources } from "../context";

/** Operators who look at the same time see the same look. */
const KEPT_MS = 1_000;

interface ProcessesNow {
  processes: ServiceProcess[];
  nowMs: number;
}

/** Every process that beat within a day, by name, node and age, with its state. */
export async function readProcesses(redis: RedisClient): Promise<ProcessesNow> {
  const { rows, nowMs } = await readProcessRows(redis);
  const states = judgeProcesses(rows, nowMs);
  const processes = rows
    .map(({ startedAtMs, lastBeatAtMs, ...figures }, index) => ({
      ...figures,
      state: states[index] ?? "dead",
      startedAt: new Date(startedAtMs).toISOString(),
      lastBeatAt: new Date(lastBeatAtMs).toISOString(),
    }))
    .toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  return { processes, nowMs };
}

/** Where a process stands in the list, whatever comes and goes around it. */
export const keyOf = ({ name, node, startedAt, processId }: ServiceProcess) =>
  [name, node, startedAt, processId].join("\n");

export const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const LATEST = defineHeld(() => ({
  readAtMs: Number.NEGATIVE_INFINITY,
  is: undefined as Promise<ProcessesNow> | undefined,
}));

/** The same as of a second ago at most. */
export function readProcessesLately({ redis }: Pick<Resources, "redis">): Promise<ProcessesNow> {
  const latest = redis.caches.of(LATEST);
  if (latest.is && performance.now() - latest.readAtMs < KEPT_MS) return latest.is;
  latest.readAtMs = performance.now();
  const reading = readProcesses(redis);
  latest.is = reading;
  reading.catch(() => {
    if (latest.is === reading) latest.is = undefined;
  });
  return reading;
}
