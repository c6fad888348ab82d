import { BizError } from "@/domain/contracts/errors";
import type {
  BreakerState,
  CacheUse,
  PoolUse,
  ProcessState,
  ServiceDependency,
  ServiceProcess,
  ServiceSummary,
  ServicesInput,
  ServicesOverview,
  ServicesPage,
  ServicesShown,
} from "@/domain/contracts/services";
import type { SignedInCtx } from "../context";
import { compare, keyOf, readProcessesLately } from "./process-view";

const SHOWN: Record<ServicesShown, (state: ProcessState) => boolean> = {
  all: () => true,
  living: isLiving,
  troubled: (state) => state === "unready" || state === "dead",
  gone: (state) => !isLiving(state),
};

function isLiving(state: ProcessState): boolean {
  return state === "ready" || state === "unready";
}

/** What runs where, and what ran there in the last day. Throws INVALID_INPUT for a cursor of nobody's. */
export async function getServices(ctx: SignedInCtx, input: ServicesInput): Promise<ServicesPage> {
  const { show, cursor, limit } = input;
  const text = input.text?.toLowerCase();
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const { processes } = await readProcessesLately(ctx);
  const found = processes.filter(
    (one) =>
      SHOWN[show](one.state) &&
      (text === undefined ||
        one.name.toLowerCase().includes(text) ||
        one.node.toLowerCase().includes(text)) &&
      (after === undefined || compare(keyOf(one), after) > 0),
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: found.length > limit && last ? Buffer.from(keyOf(last)).toString("base64url") : null,
    counts: countStates(processes),
  };
}

function parseCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (key.split("\n").length !== 4) throw new BizError("INVALID_INPUT", { field: "cursor" });
  return key;
}

function countStates(processes: readonly ServiceProcess[]): Record<ProcessState, number> {
  const counts = { ready: 0, unready: 0, dead: 0, replaced: 0, drained: 0 };
  for (const { state } of processes) counts[state] += 1;
  return counts;
}

/** Services with what they depend on, and the figures of pools, caches and breakers over all that is alive. */
export async function getServicesOverview(ctx: SignedInCtx): Promise<ServicesOverview> {
  const { processes } = await readProcessesLately(ctx);
  const living = processes.filter(({ state }) => isLiving(state));
  const names = [...new Set(processes.map(({ name }) => name))];
  return {
    services: names.map((name) =>
      summarise(
        name,
        processes.filter((one) => one.name === name),
      ),
    ),
    pools: sumBy<PoolUse>(living, "pools", (sum, one) => ({
      ...sum,
      busy: sum.busy + one.busy,
      max: sum.max + one.max,
    })),
    caches: sumBy<CacheUse>(living, "caches", (sum, one) => ({
      ...sum,
      hits: sum.hits + one.hits,
      misses: sum.misses + one.misses,
    })),
    breakers: sumBreakers(living.flatMap(({ breakers }) => breakers)),
  };
}

function summarise(name: string, all: readonly ServiceProcess[]): ServiceSummary {
  const living = all.filter(({ state }) => isLiving(state));
  const lags = living.flatMap(({ lag }) => (lag ? [lag.seconds] : []));
  return {
    name,
    counts: countStates(all),
    versions: [
      ...new Set(living.map(({ version, commit }) => (commit === null ? version : `${version} (${commit})`))),
    ],
    eventLoopP99MsMax: Math.max(0, ...living.map(({ eventLoopP99Ms }) => eventLoopP99Ms)),
    lagSecondsMax: lags.length === 0 ? null : Math.max(...lags),
    dependencies: sumDependencies(living),
  };
}

/** What a process is: whether it is stopping, whether its clock is right. Everything else is somewhere else. */
const NOT_ELSEWHERE = new Set(["process", "clock", "databases", "lanes", "accepting"]);

function sumDependencies(living: readonly ServiceProcess[]): ServiceDependency[] {
  const sums = new Map<string, ServiceDependency>();
  const of = (name: string) => {
    const known = sums.get(name) ?? { name, users: 0, troubled: 0, perSecond: 0, unit: null };
    sums.set(name, known);
    return known;
  };
  for (const { health, traffic, breakers } of living) {
    const used = new Set<string>();
    for (const { name, perSecond, unit } of traffic) {
      const sum = of(name);
      sum.perSecond += perSecond;
      sum.unit = unit;
      used.add(name);
    }
    for (const [name, { ok, degraded, reason }] of Object.entries(health.dependencies)) {
      if (NOT_ELSEWHERE.has(name)) continue;
      if (!ok || degraded || reason !== undefined) of(name).troubled += 1;
      else of(name);
      used.add(name);
    }
    for (const { service, state } of breakers) {
      if (state !== "closed" && sums.has(service)) of(service).troubled += 1;
    }
    for (const name of used) of(name).users += 1;
  }
  return [...sums.values()].toSorted((a, b) => compare(a.name, b.name));
}

function sumBy<T extends { name: string }>(
  living: readonly ServiceProcess[],
  part: "pools" | "caches",
  add: (sum: T, one: T) => T,
): (T & { service: string })[] {
  const sums = new Map<string, T & { service: string }>();
  for (const process of living) {
    for (const one of process[part] as unknown as readonly T[]) {
      const key = `${process.name}\n${one.name}`;
      const sum = sums.get(key);
      sums.set(key, { ...(sum ? add(sum, one) : one), service: process.name });
    }
  }
  return [...sums.entries()].toSorted(([a], [b]) => compare(a, b)).map(([, sum]) => sum);
}

function sumBreakers(all: readonly BreakerState[]): ServicesOverview["breakers"] {
  const sums = new Map<string, ServicesOverview["breakers"][number]>();
  for (const { service, state } of all) {
    const sum = sums.get(service) ?? { service, closed: 0, halfOpen: 0, open: 0 };
    sum[state] += 1;
    sums.set(service, sum);
  }
  return [...sums.values()].toSorted((a, b) => compare(a.service, b.service));
}
