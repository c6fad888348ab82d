import type { FinanceDb, LiveDb } from "@/db/client";
import { listProcesses } from "@/db/running-processes";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { bucketLeaseKey, type QueueName } from "@/platform/redis/keys";
import type { Resources } from "../context";

const QUEUES: readonly QueueName[] = ["gifts", "claims"];

/** Processes of ours that are connected to a database, or hold leases of a queue: empty when all have been stopped. */
export async function findRunningProcesses({
  live,
  finance,
  redis,
}: {
  live: LiveDb;
  finance: FinanceDb;
  redis: Resources["redis"];
}): Promise<string[]> {
  const connected = await Promise.all([listProcesses(live), listProcesses(finance)]);
  const holders = new Set<string>();
  for (const queue of QUEUES) {
    const leases = await Promise.all(ALL_BUCKETS.map((bucket) => redis.get(bucketLeaseKey(queue, bucket))));
    for (const holder of leases) if (holder !== null) holders.add(`the holder of ${queue}, ${holder}`);
  }
  return [...new Set([...connected.flat(), ...holders])];
}
