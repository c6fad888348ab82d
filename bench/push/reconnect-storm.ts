import { parseEnv } from "@/platform/settings/env";
import type { GatewayLimits } from "@/push/gateway/limits/limits";
import type { BenchRow } from "../lib/row";
import { type Child, startChild } from "./child";
import type { ReturnReport } from "./returning-viewers";
import { type Server, startGateway } from "./servers";

const VIEWERS = Number(process.env.BENCH_PUSH_VIEWERS ?? 5_000);
const PROCESSES = 2;

/**
 * `kill -9` of a node with 5,000 viewers that is started again at once: all come back in the same moment, a second after
 * they lost it. How long until all are subscribed again, how many were told to come later, and how long did the event
 * loop of the new node stand still? Once with the product's own rate of new clients, once with all let in at once.
 * Held fixed: one room, viewers in two processes that wait a second, without jitter, after every failure.
 */
export async function run(): Promise<BenchRow[]> {
  const { PUSH_CONNECTS_PER_SECOND_MAX, PUSH_REFUSAL_HOLD_MS } = parseEnv({});
  return [
    await measure(`at most ${PUSH_CONNECTS_PER_SECOND_MAX} a second`, {
      connectsPerSecondMax: PUSH_CONNECTS_PER_SECOND_MAX,
      refusalHoldMs: PUSH_REFUSAL_HOLD_MS,
    }),
    await measure("all let in", { connectsPerSecondMax: 0 }),
  ];
}

async function measure(how: string, limits: Partial<GatewayLimits>): Promise<BenchRow> {
  let gateway: Server = await startGateway();
  const { port } = gateway;
  const crowds: Child[] = [];
  try {
    for (let index = 0; index < PROCESSES; index += 1) {
      const crowd = await startChild("returning-viewers");
      crowds.push(crowd);
      const viewers = Math.floor(VIEWERS / PROCESSES);
      await crowd.ask({ command: "connect", port, viewers, firstViewer: index * viewers });
    }
    const returning = Promise.all(crowds.map((crowd) => crowd.ask<ReturnReport>({ command: "return" })));
    const killedAtMs = performance.timeOrigin + performance.now();
    await gateway.close();
    gateway = await startGateway({ port, limits, watchesLoop: true });
    const readyAtMs = performance.timeOrigin + performance.now();
    const reports = await returning;
    const loopDelay = await gateway.child.ask<{ p99Ms: number; maxMs: number }>({ command: "loop-delay" });
    const lastAtMs = Math.max(...reports.map((report) => report.lastAtMs));
    const sum = (key: "overCapacity" | "failed") => reports.reduce((total, report) => total + report[key], 0);
    return {
      name: `reconnect storm of ${VIEWERS}, ${how}: all subscribed again after the kill`,
      figure: Math.round(lastAtMs - killedAtMs),
      floor: null,
      ratio: null,
      bar: null,
      unit: "ms",
      notes:
        `of which ${Math.round(readyAtMs - killedAtMs)} ms until the node was back; told to come later (4100) ` +
        `${sum("overCapacity")}, failed otherwise ${sum("failed")}; event loop of the new node: p99 ` +
        `${loopDelay.p99Ms.toFixed(0)} ms, longest ${loopDelay.maxMs.toFixed(0)} ms`,
    };
  } finally {
    await Promise.all([...crowds.map((crowd) => crowd.stop()), gateway.close()]);
  }
}
