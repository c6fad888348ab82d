import { monitorEventLoopDelay } from "node:perf_hooks";
import type { BreakerState, CacheUse, Traffic } from "@/domain/contracts/services";
import { registry } from "./metrics";

/** What a process knows of itself without counting anything for it: the figures that it serves at `/metrics` anyway. */

interface Sample {
  labels: Partial<Record<string, string | number>>;
  value: number;
}

async function readSamples(metric: string): Promise<readonly Sample[]> {
  return (await registry.getSingleMetric(metric)?.get())?.values ?? [];
}

/** The largest of a metric's values; null where this process has none. */
export async function readLargest(metric: string): Promise<number | null> {
  const samples = await readSamples(metric);
  return samples.length === 0 ? null : Math.max(...samples.map(({ value }) => value));
}

export async function readCaches(): Promise<CacheUse[]> {
  const caches = new Map<string, CacheUse>();
  for (const { labels, value } of await readSamples("downpour_cache_lookups_total")) {
    const name = String(labels.cache);
    const cache = caches.get(name) ?? { name, hits: 0, misses: 0 };
    cache[labels.outcome === "hit" ? "hits" : "misses"] += value;
    caches.set(name, cache);
  }
  return [...caches.values()].filter(({ hits, misses }) => hits + misses > 0);
}

const BREAKER_STATES = ["closed", "halfOpen", "open"] as const;

export async function readBreakers(): Promise<BreakerState[]> {
  return (await readSamples("downpour_breaker_state")).map(({ labels, value }) => ({
    service: String(labels.service),
    state: BREAKER_STATES[value] ?? "closed",
  }));
}

/** Tries of calls to outside services since the process began, by service. */
export async function readCallsOut(): Promise<Map<string, number>> {
  const calls = new Map<string, number>();
  for (const { labels, value } of await readSamples("downpour_calls_out_total")) {
    const service = String(labels.service);
    calls.set(service, (calls.get(service) ?? 0) + value);
  }
  return calls;
}

const RESOLUTION_MS = 20;

/** How late the event loop is, since it was read last. */
export function watchEventLoop(): { readP99Ms(): number; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    readP99Ms() {
      // It measures from tick to tick, which are this far apart by themselves.
      const lateMs = delay.percentile(99) / 1e6 - RESOLUTION_MS;
      delay.reset();
      return Number.isFinite(lateMs) ? Math.max(0, Math.round(lateMs * 10) / 10) : 0;
    },
    stop: () => delay.disable(),
  };
}

/** Makes totals that only grow to rates, each since it was read last. */
export class Rates {
  readonly #last = new Map<string, { total: number; atMs: number }>();

  /** Null the first time. A total that fell began anew. */
  perSecond(name: string, total: number, nowMs: number): number | null {
    const last = this.#last.get(name);
    this.#last.set(name, { total, atMs: nowMs });
    if (!last || nowMs <= last.atMs) return null;
    const grown = total >= last.total ? total - last.total : total;
    return (grown / (nowMs - last.atMs)) * 1_000;
  }

  /** What came through since the last look, of whatever was ever used. */
  toTraffic(totals: ReadonlyMap<string, number>, unit: Traffic["unit"], nowMs: number): Traffic[] {
    return [...totals].flatMap(([name, total]) => {
      const perSecond = this.perSecond(name, total, nowMs);
      return perSecond === null || total === 0
        ? []
        : [{ name, perSecond: Math.round(perSecond * 100) / 100, unit }];
    });
  }
}
