import type { BenchRow } from "../lib/row";
import { Crowd } from "./crowd";
import type { Memory } from "./read-memory";
import { type Server, startGateway, startRawServer } from "./servers";

const SOCKETS = Number(process.env.BENCH_PUSH_IDLE ?? 5_000);
/** Code is compiled and pools are filled before anything counts. */
const WARM_SOCKETS = 500;

/**
 * What an idle, subscribed socket costs the gateway beyond what it costs a bare `ws` server that holds the same sockets.
 * Held fixed: 5,000 sockets from one process (`BENCH_PUSH_IDLE`) beside 500 that were there before, all in one room;
 * then the same with a second channel of its own for each. Read after garbage collection.
 */
export async function run(): Promise<BenchRow[]> {
  const raw = await measure(startRawServer, { subscribe: false, ownChannel: false });
  const one = await measure(startGateway, { subscribe: true, ownChannel: false });
  const two = await measure(startGateway, { subscribe: true, ownChannel: true });
  return [
    toRow("idle socket in one room, beyond bare ws (at most)", one, raw, 12),
    toRow("the same with a channel of its own", two, raw, null),
  ];
}

/** Bytes for each of SOCKETS. */
async function measure(
  start: () => Promise<Server>,
  how: { subscribe: boolean; ownChannel: boolean },
): Promise<Memory> {
  const server = await start();
  const crowds: Crowd[] = [];
  const join = async (viewers: number) =>
    crowds.push(await Crowd.open({ ports: [server.port], viewers, ...how }));
  const read = () => server.child.ask<Memory>({ command: "memory" });
  try {
    await join(WARM_SOCKETS);
    const before = await read();
    await join(SOCKETS);
    const after = await read();
    return { rss: (after.rss - before.rss) / SOCKETS, heap: (after.heap - before.heap) / SOCKETS };
  } finally {
    await Promise.all([...crowds.map((crowd) => crowd.close()), server.close()]);
  }
}

function toRow(name: string, ours: Memory, raw: Memory, bar: number | null): BenchRow {
  const toKb = (bytes: number) => Math.round(bytes / 102.4) / 10;
  const describe = ({ rss, heap }: Memory) => `${toKb(rss)} kB resident, ${toKb(heap)} kB of objects`;
  return {
    name,
    figure: toKb(ours.rss - raw.rss),
    floor: toKb(raw.rss),
    ratio: null,
    bar,
    unit: "kB resident",
    notes: `a socket: gateway ${describe(ours)}; bare ws ${describe(raw)}; objects beyond it ${toKb(ours.heap - raw.heap)} kB; ${SOCKETS} sockets`,
  };
}
