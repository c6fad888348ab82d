import { readFile } from "node:fs/promises";
import { type Env, isDemoMode } from "@/platform/settings/env";
import { compareWithDatabase, compareWithRedis, isClockOff } from "../../clock/compare-clocks";
import type { Resources } from "../context";
import { type FoundProblem, type Looked, problem } from "./look";

/** Beside connections of clients: databases, Redis, the log, the build's files. */
const OTHER_FILES = 1_000;
/** Node asks for 65,535; the system cuts that down to its own bound. */
const BACKLOG_MIN = 4_096;

/** How far this machine's clock is from those of the stores. One that cannot be asked is found by its own check. */
export async function lookAtClock({ redis, live, finance }: Resources): Promise<Looked> {
  const readings = await Promise.allSettled([
    compareWithRedis(redis),
    compareWithDatabase(live),
    compareWithDatabase(finance),
  ]);
  const problems: FoundProblem[] = [];
  let farthestMs = 0;
  for (const [i, against] of ["Redis", "LIVE_DATABASE_URL", "FINANCE_DATABASE_URL"].entries()) {
    const reading = readings[i];
    if (reading?.status !== "fulfilled") continue;
    const { aheadMs, told } = reading.value;
    farthestMs = Math.max(farthestMs, Math.abs(aheadMs) - told.uncertainMs);
    if (isClockOff(reading.value))
      problems.push(problem("clockOff", { against, seconds: (aheadMs / 1_000).toFixed(1) }));
  }
  return { facts: { seconds: (farthestMs / 1_000).toFixed(1) }, problems };
}

/** What the system lets a process have. Null where it does not say, as outside Linux. */
export async function lookAtMachine(
  env: Pick<Env, "CONNECTIONS_MAX" | "DOWNPOUR_MODE">,
): Promise<Looked | null> {
  const [limits, backlog] = await Promise.all([
    readFile("/proc/self/limits", "utf8").catch(() => ""),
    readFile("/proc/sys/net/core/somaxconn", "utf8").catch(() => ""),
  ]);
  const files = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (files === undefined) return null;
  const problems: FoundProblem[] = [];
  const minimum = env.CONNECTIONS_MAX + OTHER_FILES;
  // A demo has no crowd.
  if (!isDemoMode(env) && files !== "unlimited" && Number(files) < minimum)
    problems.push(problem("fewFiles", { count: Number(files), minimum }));
  if (backlog !== "" && Number(backlog) < BACKLOG_MIN)
    problems.push(problem("shortBacklog", { count: Number(backlog), minimum: BACKLOG_MIN }));
  return { facts: { count: files }, problems };
}
