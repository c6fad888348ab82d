import { type Child, startChild } from "./child";
import { LatencyCounts, type SparseCounts } from "./latency-counts";
import type { ConnectRequest, ViewersReport } from "./viewers";

/** What has not come this long after it was sent is lost. */
const STRAGGLERS_MS_MAX = 10_000;

export interface CrowdOptions {
  /** Servers to connect to; the viewers are spread evenly. */
  ports: readonly number[];
  viewers: number;
  rooms?: number;
  subscribe?: boolean;
  ownChannel?: boolean;
  /** Processes for each server. */
  processes?: number;
}

/** Viewers in processes of their own, seen as one. */
export class Crowd {
  private constructor(
    readonly viewers: number,
    private readonly children: readonly Child[],
    private readonly shares: readonly number[],
  ) {}

  static async open(options: CrowdOptions): Promise<Crowd> {
    const { ports, viewers, rooms = 1, subscribe = true, ownChannel = false, processes = 1 } = options;
    const count = ports.length * processes;
    const children = await Promise.all(Array.from({ length: count }, () => startChild("viewers")));
    const firsts = Array.from({ length: count + 1 }, (_, index) => Math.floor((viewers * index) / count));
    const shares = children.map((_, index) => (firsts[index + 1] ?? 0) - (firsts[index] ?? 0));
    const crowd = new Crowd(viewers, children, shares);
    try {
      await Promise.all(
        children.map((child, index) =>
          child.ask({
            command: "connect",
            port: ports[index % ports.length] ?? 0,
            viewers: shares[index] ?? 0,
            firstViewer: firsts[index] ?? 0,
            rooms,
            subscribe,
            ownChannel,
          } satisfies ConnectRequest),
        ),
      );
    } catch (error) {
      await crowd.close();
      throw error;
    }
    return crowd;
  }

  get pids(): number[] {
    return this.children.map((child) => child.pid);
  }

  /** Resolves when every viewer has that many events since the last reset, or when the rest must be lost. */
  async awaitEvents(eventsEach: number): Promise<void> {
    await Promise.all(
      this.children.map((child, index) =>
        child.ask({
          command: "await",
          delivered: eventsEach * (this.shares[index] ?? 0),
          waitMs: STRAGGLERS_MS_MAX,
        }),
      ),
    );
  }

  /** Resolves when so many events were delivered in all since the last reset; false when the rest must be lost. */
  async awaitDelivered(deliveries: number): Promise<boolean> {
    const until = performance.now() + STRAGGLERS_MS_MAX;
    while ((await this.report()).delivered < deliveries) {
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return true;
  }

  async reset(): Promise<void> {
    await Promise.all(this.children.map((child) => child.ask({ command: "reset" })));
  }

  async report(): Promise<ViewersReport> {
    const reports = await Promise.all(
      this.children.map((child) => child.ask<ViewersReport>({ command: "report" })),
    );
    const sum = (key: keyof ViewersReport) => reports.reduce((total, report) => total + report[key], 0);
    return {
      delivered: sum("delivered"),
      disordered: sum("disordered"),
      pings: sum("pings"),
      lost: sum("lost"),
    };
  }

  async readLatency(): Promise<LatencyCounts> {
    const all = new LatencyCounts();
    for (const child of this.children) all.addAll(await child.ask<SparseCounts>({ command: "latency" }));
    return all;
  }

  async close(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
  }
}
