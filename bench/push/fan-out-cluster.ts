import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "@/stack/services/redis";
import type { BenchRow } from "../lib/row";
import { Crowd } from "./crowd";
import { measureFanOut, VIEWERS } from "./measure-fan-out";
import { EventNumbers } from "./publisher";
import { type Server, startGateway, startRawServer } from "./servers";

/**
 * Fan-out to one room whose viewers are on two nodes joined through Redis; everything is published to the first. The
 * floor is one bare server with all viewers, as in `fan-out`; two nodes, Redis and the viewers share the machine's cores,
 * so there is no bar. Held fixed: as in `fan-out`, half of the viewers on each node.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-bench-"));
  const redis = await startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: "no" });
  const servers: Server[] = [];
  const crowds: Crowd[] = [];
  try {
    const raw = await startRawServer();
    servers.push(raw);
    const first = await startGateway({ redisUrl: redis.url });
    servers.push(first);
    const second = await startGateway({ redisUrl: redis.url });
    servers.push(second);
    const rawCrowd = await Crowd.open({ ports: [raw.port], viewers: VIEWERS, subscribe: false });
    crowds.push(rawCrowd);
    const crowd = await Crowd.open({ ports: [first.port, second.port], viewers: VIEWERS });
    crowds.push(crowd);
    return await measureFanOut(
      "fan-out through two nodes",
      { crowd: rawCrowd, serverPids: [raw.child.pid], send: raw.send, numbers: new EventNumbers() },
      {
        crowd,
        serverPids: [first.child.pid, second.child.pid, redis.pid],
        send: first.send,
        numbers: new EventNumbers(),
      },
      { single: null, busy: null },
    );
  } finally {
    await Promise.all([...crowds, ...servers].map((one) => one.close()));
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
