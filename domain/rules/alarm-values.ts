/** What the figures of rules are, of what processes say of themselves. */

interface Process {
  name: string;
  node: string;
  state: "ready" | "unready" | "dead" | "replaced" | "drained";
  startedAt: string;
  lastBeatAt: string;
  eventLoopP99Ms: number;
  lag: { seconds: number } | null;
  errorsPerMinute: number;
  redisMemoryPart: number | null;
  breakers: readonly { service: string; state: string }[];
}

/** Null: nobody knows. */
export interface AlarmValue {
  value: number | null;
  worst: string[];
}

/** As long as a dead process is worth an alarm: whoever did not look by then knows it by what does not work. */
const DEAD_COUNTED_MS = 3_600_000;
const WORST_MAX = 5;
/** Nobody has to run it. */
const OPTIONAL_SERVICES = new Set(["simulator"]);

const placeOf = ({ name, node }: Process) => `${name}@${node}`;
const isLiving = ({ state }: Process) => state === "ready" || state === "unready";

const list = (names: readonly string[]): AlarmValue => {
  const unique = [...new Set(names)];
  return { value: unique.length, worst: unique.slice(0, WORST_MAX) };
};

/** The largest of what processes have. */
function largest(
  processes: readonly Process[],
  read: (process: Process) => number | null | undefined,
): AlarmValue {
  const known = processes
    .flatMap((process) => {
      const value = read(process);
      return value === null || value === undefined ? [] : [{ value, place: placeOf(process) }];
    })
    .toSorted((a, b) => b.value - a.value);
  return { value: known[0]?.value ?? null, worst: known.slice(0, 1).map(({ place }) => place) };
}

/**
 * Seconds since any scheduler did anything well, also when none is left to say so. One that has just begun has until its
 * first job to do it. Where none ever was, nobody knows.
 */
function schedulerSilence(processes: readonly Process[], nowMs: number): AlarmValue {
  const schedulers = processes.filter(({ name }) => name === "scheduler");
  if (schedulers.length === 0) return { value: null, worst: [] };
  const silentSeconds = (one: Process) => {
    const sinceMs = isLiving(one) ? Date.parse(one.startedAt) : Date.parse(one.lastBeatAt);
    if (!isLiving(one)) return (nowMs - sinceMs) / 1_000;
    return one.lag ? one.lag.seconds : (nowMs - sinceMs) / 1_000;
  };
  return {
    value: Math.max(0, Math.min(...schedulers.map(silentSeconds))),
    worst: [...new Set(schedulers.map(placeOf))].slice(0, WORST_MAX),
  };
}

/** Everything that processes alone can say. */
export function alarmValues(processes: readonly Process[], nowMs: number) {
  const living = processes.filter(isLiving);
  const running = new Set(living.map(({ name }) => name));
  const of = (name: string) => living.filter((process) => process.name === name);
  const errors = living.filter(({ errorsPerMinute }) => errorsPerMinute > 0);
  return {
    schedulerSilentSeconds: schedulerSilence(processes, nowMs),
    servicesMissing: list(
      processes.map(({ name }) => name).filter((name) => !running.has(name) && !OPTIONAL_SERVICES.has(name)),
    ),
    processesDead: countPlaces(
      processes.filter(
        ({ state, lastBeatAt }) => state === "dead" && nowMs - Date.parse(lastBeatAt) <= DEAD_COUNTED_MS,
      ),
    ),
    processesNotReady: countPlaces(living.filter(({ state }) => state === "unready")),
    giftQueueSeconds: largest(of("gift-debit"), ({ lag }) => lag?.seconds),
    claimQueueSeconds: largest(of("packet-credit"), ({ lag }) => lag?.seconds),
    settlementSeconds: largest(of("settlement"), ({ lag }) => lag?.seconds),
    eventLoopMs: largest(of("web"), ({ eventLoopP99Ms }) => eventLoopP99Ms),
    breakersOpen: list(
      living.flatMap((process) =>
        process.breakers
          .filter(({ state }) => state === "open")
          .map(({ service }) => `${placeOf(process)}:${service}`),
      ),
    ),
    logErrorsPerMinute: {
      value: errors.reduce((sum, { errorsPerMinute }) => sum + errorsPerMinute, 0),
      worst: errors
        .toSorted((a, b) => b.errorsPerMinute - a.errorsPerMinute)
        .slice(0, WORST_MAX)
        .map(placeOf),
    },
    redisMemoryPercent: largest(living, ({ redisMemoryPart }) =>
      redisMemoryPart === null ? null : redisMemoryPart * 100,
    ),
  } satisfies Record<string, AlarmValue>;
}

function countPlaces(processes: readonly Process[]): AlarmValue {
  return { value: processes.length, worst: [...new Set(processes.map(placeOf))].slice(0, WORST_MAX) };
}
