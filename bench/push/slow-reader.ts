import { DEFAULT_LIMITS } from "@/push/gateway/limits/limits";
import { type BenchRow, median } from "../lib/row";
import { type Child, startChild } from "./child";
import { Crowd } from "./crowd";
import { EventNumbers, openPublisher, type Send, sendByTheClock } from "./publisher";
import { type Server, startGateway } from "./servers";
import { measureSlice, type Slice } from "./slice";

const VIEWERS = Number(process.env.BENCH_PUSH_VIEWERS ?? 5_000);
const SECONDS = Number(process.env.BENCH_PUSH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_PUSH_ROUNDS ?? 5);
/** About half of what one node can do one event at a time, so that what is seen is not the queue of a full node. */
const DELIVERIES_PER_SECOND = 40_000;
const ROOM = 0;
/** A second room that only the slow reader is in, so that it falls behind within seconds and not within minutes. */
const FLOOD_ROOM = 9_999;
const FLOOD_EVENT = { room: FLOOD_ROOM, data: "x".repeat(9_000) };
/** About 225 kB/s: what the gateway itself holds for a reader is full before the five seconds of a round are over. */
const FLOOD_INTERVAL_MS = 40;
/** More than the system and the gateway together hold for one reader. */
const FILL_EVENTS_MAX = 10_000;
const FILL_EVENTS_AT_ONCE = 10;

/**
 * Does one reader that does not read hold up the 5,000 others until it is cut off? Open loop to one room,
 * with and without it in turn; without it, the same reader reads. The gateway has the same work in both.
 * Held fixed: 40,000 deliveries/s, 200-byte events to all and 225 kB/s to the one, default limits.
 */
export async function run(): Promise<BenchRow[]> {
  const gateway = await startGateway();
  const flood = openPublisher(gateway.port);
  const reader = await startChild("flooded-reader");
  let crowd: Crowd | undefined;
  try {
    crowd = await Crowd.open({ ports: [gateway.port], viewers: VIEWERS });
    const read = () => reader.ask({ command: "read", port: gateway.port, rooms: [ROOM, FLOOD_ROOM] });
    await read();
    const numbers = new EventNumbers();
    const runRound = (opened: Crowd) => measureRound(opened, gateway, flood.send, numbers);
    await runRound(crowd);
    const heldEvents = await countUntilCutOff(reader, gateway, flood.send);
    const gatewayHolds = Math.ceil(DEFAULT_LIMITS.bufferedBytesMax / FLOOD_EVENT.data.length);
    const cutOffBefore = await readCutOff(gateway);
    const without: Slice[] = [];
    const withIt: Slice[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await read();
      without.push(await runRound(crowd));
      await reader.ask({ command: "stall" });
      // What the system takes is full from the start; what the gateway holds fills up meanwhile.
      await sendFlood(flood.send, heldEvents - gatewayHolds);
      withIt.push(await runRound(crowd));
    }
    const cutOff = (await readCutOff(gateway)) - cutOffBefore;
    return [toRow(without, withIt, cutOff)];
  } finally {
    flood.close();
    await Promise.all([crowd?.close(), reader.stop(), gateway.close()]);
  }
}

/** How many flood events the system and the gateway take for a reader that does not read, until it is cut off. */
async function countUntilCutOff(reader: Child, gateway: Server, send: Send): Promise<number> {
  await reader.ask({ command: "stall" });
  const before = await readCutOff(gateway);
  let sent = 0;
  while ((await readCutOff(gateway)) === before) {
    if (sent > FILL_EVENTS_MAX) throw new Error("A reader that does not read is never cut off.");
    await sendFlood(send, FILL_EVENTS_AT_ONCE);
    sent += FILL_EVENTS_AT_ONCE;
  }
  return sent;
}

async function sendFlood(send: Send, events: number): Promise<void> {
  for (let sent = 0; sent < events; sent += FILL_EVENTS_AT_ONCE) {
    await send(Array.from({ length: FILL_EVENTS_AT_ONCE }, () => FLOOD_EVENT));
  }
}

async function readCutOff(gateway: Server): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
  return Number(/^push_connections_closed_total\{.*code="slow_reader".*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

async function measureRound(
  crowd: Crowd,
  gateway: Server,
  flood: Send,
  numbers: EventNumbers,
): Promise<Slice> {
  const flooding = setInterval(() => void flood([FLOOD_EVENT]), FLOOD_INTERVAL_MS);
  try {
    return await measureSlice(crowd, [gateway.child.pid], async () => {
      const { events } = await sendByTheClock({
        lanes: [gateway.send],
        rooms: 1,
        numbers,
        eventsPerSecond: DELIVERIES_PER_SECOND / VIEWERS,
        seconds: SECONDS,
      });
      await crowd.awaitEvents(events);
    });
  } finally {
    clearInterval(flooding);
  }
}

function toRow(without: readonly Slice[], withIt: readonly Slice[], cutOff: number): BenchRow {
  const p99 = (slices: readonly Slice[]) => median(slices.map((slice) => slice.p99Ms));
  const p50 = (slices: readonly Slice[]) => median(slices.map((slice) => slice.p50Ms));
  const disordered = [...without, ...withIt].reduce((sum, slice) => sum + slice.disordered, 0);
  return {
    name: "p99 of the others beside one slow reader (ratio at most)",
    figure: p99(withIt),
    floor: p99(without),
    ratio: p99(withIt) / p99(without),
    bar: 1.1,
    unit: "ms",
    notes:
      `${VIEWERS} others; p50 ${p50(withIt)} against ${p50(without)} ms; the slow one was cut off at the end of ${cutOff} of ${ROUNDS} rounds; ` +
      `out of order ${disordered}; medians of ${ROUNDS}`,
  };
}
