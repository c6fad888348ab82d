import { setTimeout as wait } from "node:timers/promises";
import type { BenchRow } from "../lib/row";
import { readSocketsMax } from "./child";
import { Crowd } from "./crowd";
import { EventNumbers } from "./publisher";
import { startGateway } from "./servers";

const SOCKETS_WANTED = Number(process.env.BENCH_PUSH_SOCKETS ?? 20_000);
const PROCESSES = 4;
/** Short, so that every idle socket is pinged while the bench looks. */
const ACTIVITY_TIMEOUT_MS = 5_000;
const PONG_TIMEOUT_MS = 5_000;
/** An event a second to everybody, meanwhile. */
const EVENTS = 10;

/**
 * One node with 20,000 idle sockets: do all stay, are pings answered, does the health check answer, and does an event
 * reach everybody? Held fixed: one room, sockets from four processes and four loopback addresses, a ping after 5 s of
 * silence and 5 s for its answer. Where the system allows a process fewer files, that many sockets are held.
 */
export async function run(): Promise<BenchRow[]> {
  const gateway = await startGateway({
    limits: { activityTimeoutMs: ACTIVITY_TIMEOUT_MS, pongTimeoutMs: PONG_TIMEOUT_MS },
  });
  let crowd: Crowd | undefined;
  try {
    const sockets = Math.min(SOCKETS_WANTED, readSocketsMax(gateway.child.pid));
    crowd = await Crowd.open({ ports: [gateway.port], viewers: sockets, processes: PROCESSES });
    await crowd.reset();
    const numbers = new EventNumbers();
    const healthMs: number[] = [];
    // Silence long enough that each socket is pinged, and that one that does not answer is closed.
    await wait(ACTIVITY_TIMEOUT_MS + PONG_TIMEOUT_MS + 2_000);
    for (let event = 1; event <= EVENTS; event += 1) {
      const sending = gateway.send([numbers.next(0)]);
      const askedAt = performance.now();
      const health = await fetch(`http://127.0.0.1:${gateway.port}/healthz`);
      if (!health.ok) throw new Error(`The gateway's health is ${health.status}.`);
      healthMs.push(performance.now() - askedAt);
      await sending;
      await crowd.awaitEvents(event);
      await wait(1_000);
    }
    const { delivered, disordered, pings, lost } = await crowd.report();
    const latency = await crowd.readLatency();
    const limited =
      sockets < SOCKETS_WANTED
        ? `; ${SOCKETS_WANTED} wanted, this system allows a process ${sockets} beside its other files`
        : "";
    return [
      {
        name: "idle sockets on one node that stay healthy",
        figure: sockets - lost,
        floor: null,
        ratio: null,
        bar: sockets,
        unit: "sockets",
        notes:
          `${lost} lost; ${pings} pings answered; ${delivered} of ${EVENTS * sockets} events arrived, out of order ` +
          `${disordered}; p50 ${latency.quantileMs(0.5)} ms, p99 ${latency.quantileMs(0.99)} ms; health within ` +
          `${Math.round(Math.max(...healthMs))} ms during an event${limited}`,
      },
    ];
  } finally {
    await Promise.all([crowd?.close(), gateway.close()]);
  }
}
