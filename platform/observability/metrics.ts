import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** One registry a process; every process serves it as Prometheus text at `/metrics`. */
export const registry = new Registry();
let defaultsStarted = false;

/** Adds Node's own figures (event loop, heap, GC) and the service label. Called once by a composition root. */
export function startMetrics(service: string): void {
  registry.setDefaultLabels({ service });
  if (defaultsStarted) return;
  defaultsStarted = true;
  collectDefaultMetrics({ register: registry });
}

export function counter<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  /** Brings the counter up to date when it is read: what is counted on the hottest paths is a plain number there. */
  collect?: (this: Counter<L>) => void,
): Counter<L> {
  return new Counter({ name, help, labelNames, registers: [registry], collect });
}

export function gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

/** Durations are in seconds, as Prometheus expects. */
export function histogram<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  buckets: number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
): Histogram<L> {
  return new Histogram({ name, help, labelNames, buckets, registers: [registry] });
}
