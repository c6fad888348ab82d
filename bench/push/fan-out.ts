import type { BenchRow } from "../lib/row";
import { Crowd } from "./crowd";
import { measureFanOut, VIEWERS } from "./measure-fan-out";
import { EventNumbers } from "./publisher";
import { startGateway, startRawServer } from "./servers";

/**
 * Fan-out to one room: the gateway, published over signed HTTP by the unmodified library, against `ws` writing one
 * pre-built frame to each raw socket. Viewers, servers and publisher are processes of their own, and the viewers check
 * that every event comes once and in order.
 * Held fixed: viewers (`BENCH_PUSH_VIEWERS`), 200-byte events, one channel, default limits, the same viewers for both.
 */
export async function run(): Promise<BenchRow[]> {
  const raw = await startRawServer();
  const gateway = await startGateway();
  const crowds: Crowd[] = [];
  try {
    const rawCrowd = await Crowd.open({ ports: [raw.port], viewers: VIEWERS, subscribe: false });
    crowds.push(rawCrowd);
    const crowd = await Crowd.open({ ports: [gateway.port], viewers: VIEWERS });
    crowds.push(crowd);
    return await measureFanOut(
      "fan-out",
      { crowd: rawCrowd, serverPids: [raw.child.pid], send: raw.send, numbers: new EventNumbers() },
      { crowd, serverPids: [gateway.child.pid], send: gateway.send, numbers: new EventNumbers() },
      { single: 0.8, busy: 3.5 },
    );
  } finally {
    await Promise.all([...crowds.map((crowd) => crowd.close()), raw.close(), gateway.close()]);
  }
}
