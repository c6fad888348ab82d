import { readCpuSeconds } from "@/platform/observability/process-figures";
import { median } from "../lib/row";
import type { Crowd } from "./crowd";

/** One stretch of load and what came of it. */
export interface Slice {
  deliveriesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Events that were late in their channel, lost or doubled. */
  disordered: number;
  cores: { servers: number; viewers: number; publisher: number };
}

/** Runs `load`, which resolves when all it sent has arrived, and reads the instruments before and after. */
export async function measureSlice(
  crowd: Crowd,
  serverPids: readonly number[],
  load: () => Promise<void>,
): Promise<Slice> {
  await crowd.reset();
  const readCpu = () => ({
    servers: serverPids.reduce((sum, pid) => sum + readCpuSeconds(pid), 0),
    viewers: crowd.pids.reduce((sum, pid) => sum + readCpuSeconds(pid), 0),
    publisher: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  });
  const before = readCpu();
  const startedAt = performance.now();
  await load();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = readCpu();
  const { delivered, disordered } = await crowd.report();
  const latency = await crowd.readLatency();
  return {
    deliveriesPerSecond: delivered / seconds,
    p50Ms: latency.quantileMs(0.5),
    p99Ms: latency.quantileMs(0.99),
    disordered,
    cores: {
      servers: (after.servers - before.servers) / seconds,
      viewers: (after.viewers - before.viewers) / seconds,
      publisher: (after.publisher - before.publisher) / seconds,
    },
  };
}

/** The median of each figure; what is out of order adds up. */
export function medianSlice(slices: readonly Slice[]): Slice {
  const of = (read: (slice: Slice) => number) => median(slices.map(read));
  return {
    deliveriesPerSecond: of((s) => s.deliveriesPerSecond),
    p50Ms: of((s) => s.p50Ms),
    p99Ms: of((s) => s.p99Ms),
    disordered: slices.reduce((sum, s) => sum + s.disordered, 0),
    cores: {
      servers: of((s) => s.cores.servers),
      viewers: of((s) => s.cores.viewers),
      publisher: of((s) => s.cores.publisher),
    },
  };
}

export function describeSlice({ p50Ms, p99Ms, disordered, cores }: Slice): string {
  const used = Object.entries(cores).map(([name, count]) => `${name} ${count.toFixed(2)}`);
  return `p50 ${p50Ms} ms, p99 ${p99Ms} ms, out of order ${disordered}, cores: ${used.join(", ")}`;
}
