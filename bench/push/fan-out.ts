import { Agent } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import Pusher from "pusher";
import { type Child, startChild } from "./child";

/**
 * Fan-out to one room: the gateway, published over signed HTTP by the unmodified library, against `ws` writing one
 * pre-built frame to each raw socket. Viewers, servers and publisher are processes of their own.
 * Held fixed: viewers, 200-byte events, one channel, default limits. Run it alone with
 * `npx tsx bench/push/fan-out.ts`; `BENCH_PUSH_VIEWERS` and `BENCH_PUSH_SECONDS` change its size.
 */
export interface BenchRow {
  name: string;
  figure: number;
  floor: number;
  ratio: number;
  bar: number;
  unit: string;
  notes: string;
}

const VIEWERS = Number(process.env.BENCH_PUSH_VIEWERS ?? 5_000);
const SECONDS = Number(process.env.BENCH_PUSH_SECONDS ?? 5);
const EVENT_BYTES = 200;
const EVENTS_PER_BATCH = 10;
/** Enough that the raw server always has something to write. */
const FLOOR_EVENTS_IN_FLIGHT = 4;
/** Offered loads of the busy room in deliveries per second; the highest that is kept up with counts. */
const OFFERED_DELIVERIES_PER_SECOND = [
  100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 800_000, 1_000_000,
];
const WARM_UP_DELIVERIES_PER_SECOND = 100_000;
const BUSY_P99_MS_MAX = 200;

interface Measured {
  deliveriesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  serverCores: number;
  viewerCores: number;
}

interface CpuSeconds {
  server: number;
  viewers: number;
}

type Send = (data: string) => Promise<unknown>;

export async function run(): Promise<BenchRow[]> {
  const singleFloor = await measureBackToBack("raw-server", 1);
  const single = await measureBackToBack("gateway-process", 1);
  const busyFloor = await measureBackToBack("raw-server", FLOOR_EVENTS_IN_FLIGHT);
  const busy = await measureBusyRoom();
  return [
    {
      name: `fan-out, one event at a time, 1 → ${VIEWERS}`,
      figure: Math.round(single.deliveriesPerSecond),
      floor: Math.round(singleFloor.deliveriesPerSecond),
      ratio: single.deliveriesPerSecond / singleFloor.deliveriesPerSecond,
      bar: 0.8,
      unit: "deliveries/s",
      notes: `${describe(single)}; floor ${describe(singleFloor)}`,
    },
    {
      name: `fan-out, busy room, 1 → ${VIEWERS}`,
      figure: Math.round(busy.deliveriesPerSecond),
      floor: Math.round(busyFloor.deliveriesPerSecond),
      ratio: busy.deliveriesPerSecond / busyFloor.deliveriesPerSecond,
      bar: 3.5,
      unit: "deliveries/s",
      notes: `highest open-loop load kept up with at p99 ≤ ${BUSY_P99_MS_MAX} ms; ${describe(busy)}; floor ${describe(busyFloor)}`,
    },
  ];
}

function describe(measured: Measured): string {
  const { p50Ms, p99Ms, serverCores, viewerCores } = measured;
  const cores = `${serverCores.toFixed(2)} cores in the server, ${viewerCores.toFixed(2)} in the viewers`;
  return `p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, ${cores}`;
}

/** An event goes out when every viewer has the one `inFlight` before it. */
async function measureBackToBack(
  serverName: "raw-server" | "gateway-process",
  inFlight: number,
): Promise<Measured> {
  return withRoom(serverName, async ({ send, viewers, cpuSeconds }) => {
    const deadline = performance.now() + SECONDS * 1000;
    const startedAt = performance.now();
    const cpuBefore = await cpuSeconds();
    let events = 0;
    const sent: Promise<unknown>[] = [];
    while (performance.now() < deadline) {
      events += 1;
      sent.push(send(eventData()));
      await viewers.ask({ command: "await", delivered: (events - inFlight + 1) * VIEWERS });
    }
    await Promise.all(sent);
    await viewers.ask({ command: "await", delivered: events * VIEWERS });
    return finish(viewers, startedAt, cpuSeconds, cpuBefore);
  });
}

async function measureBusyRoom(): Promise<Measured> {
  return withRoom("gateway-process", async ({ publisher, viewers, cpuSeconds }) => {
    let best: Measured = { deliveriesPerSecond: 0, p50Ms: 0, p99Ms: 0, serverCores: 0, viewerCores: 0 };
    let misses = 0;
    await measureOpenLoop(WARM_UP_DELIVERIES_PER_SECOND / VIEWERS, publisher, viewers, cpuSeconds);
    for (const offered of OFFERED_DELIVERIES_PER_SECOND) {
      const measured = await measureOpenLoop(offered / VIEWERS, publisher, viewers, cpuSeconds);
      const isKeptUp = measured.deliveriesPerSecond >= offered * 0.95 && measured.p99Ms <= BUSY_P99_MS_MAX;
      if (isKeptUp) best = measured;
      misses = isKeptUp ? 0 : misses + 1;
      // One miss may be the machine's; two in a row are the load's.
      if (misses === 2) break;
    }
    return best;
  });
}

/** Batches leave by the clock, whatever became of those before. */
async function measureOpenLoop(
  eventsPerSecond: number,
  publisher: Pusher,
  viewers: Child,
  cpuSeconds: () => Promise<CpuSeconds>,
): Promise<Measured> {
  await viewers.ask({ command: "reset" });
  const batches = Math.round((eventsPerSecond * SECONDS) / EVENTS_PER_BATCH);
  const intervalMs = (SECONDS * 1000) / batches;
  const startedAt = performance.now();
  const cpuBefore = await cpuSeconds();
  const published: Promise<unknown>[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const dueInMs = startedAt + batch * intervalMs - performance.now();
    if (dueInMs > 0) await wait(dueInMs);
    const event = { channel: "room", name: "gift" };
    published.push(
      publisher.triggerBatch(
        Array.from({ length: EVENTS_PER_BATCH }, () => ({ ...event, data: eventData() })),
      ),
    );
  }
  await Promise.all(published);
  await viewers.ask({ command: "await", delivered: batches * EVENTS_PER_BATCH * VIEWERS });
  return finish(viewers, startedAt, cpuSeconds, cpuBefore);
}

async function finish(
  viewers: Child,
  startedAt: number,
  cpuSeconds: () => Promise<CpuSeconds>,
  cpuBefore: CpuSeconds,
): Promise<Measured> {
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = await cpuSeconds();
  const report = await viewers.ask<{ delivered: number; p50Ms: number; p99Ms: number }>({
    command: "report",
  });
  return {
    ...report,
    deliveriesPerSecond: report.delivered / seconds,
    serverCores: (cpuAfter.server - cpuBefore.server) / seconds,
    viewerCores: (cpuAfter.viewers - cpuBefore.viewers) / seconds,
  };
}

interface Room {
  send: Send;
  publisher: Pusher;
  viewers: Child;
  cpuSeconds: () => Promise<CpuSeconds>;
}

/** One server process with all viewers in the room, for as long as `measure` runs. */
async function withRoom<T>(
  serverName: "raw-server" | "gateway-process",
  measure: (room: Room) => Promise<T>,
): Promise<T> {
  const [server, viewers] = await Promise.all([startChild(serverName), startChild("viewers")]);
  const agent = new Agent({ keepAlive: true });
  try {
    const { port } = await server.ask<{ port: number }>({ command: "start" });
    const isGateway = serverName === "gateway-process";
    await viewers.ask({ command: "connect", port, viewers: VIEWERS, subscribe: isGateway });
    const publisher = new Pusher({
      appId: "1",
      key: "bench-key",
      secret: "bench-secret",
      host: "127.0.0.1",
      port: String(port),
      useTLS: false,
      agent,
    });
    return await measure({
      publisher,
      viewers,
      send: isGateway
        ? (data) => publisher.trigger("room", "gift", data)
        : (data) => server.ask({ command: "send", data }),
      cpuSeconds: async () => ({
        server: await readCpuSeconds(server),
        viewers: await readCpuSeconds(viewers),
      }),
    });
  } finally {
    agent.destroy();
    await Promise.all([server.stop(), viewers.stop()]);
  }
}

async function readCpuSeconds(child: Child): Promise<number> {
  const { user, system } = await child.ask<NodeJS.CpuUsage>({ command: "cpu" });
  return (user + system) / 1e6;
}

/** JSON of EVENT_BYTES that carries when it was sent. */
function eventData(): string {
  const at = (performance.timeOrigin + performance.now()).toFixed(3);
  const data = `{"at":${at},"text":""}`;
  return `${data.slice(0, -2)}${"x".repeat(EVENT_BYTES - data.length)}"}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const row of await run()) {
    const verdict = row.ratio >= row.bar ? "meets" : "misses";
    process.stdout.write(
      `${row.name}: ${row.figure} ${row.unit}, floor ${row.floor}, ratio ${row.ratio.toFixed(2)} ${verdict} ${row.bar} (${row.notes})\n`,
    );
  }
}
