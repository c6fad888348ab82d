import { randomUUID } from "node:crypto";
import { gauge } from "@/server/observability/metrics";
import { BucketLeases } from "@/server/queue/bucket-leases";
import { claimQueue } from "@/server/queue/queues";
import { openRedis, waitForRedis } from "@/server/redis/client";
import { ALL_BUCKETS } from "@/server/rules/bucket";
import { creditClaims } from "@/server/services/rain/credit-claims";
import { BucketLane } from "../lib/bucket-lane";
import { startHealthServer } from "../lib/health";
import { dependencyChecks, openResources } from "../lib/open-resources";
import { runUntilSignalled } from "../lib/process";
import { repeatEvery } from "../lib/repeat";
import { WalletUpdates } from "../lib/wallet-updates";

/** One posts while the other reads; claims of one rain wait for each other anyway. */
const LANES = 2;
const LEASE_TICK_MS = 1_000;
const LAG_TICK_MS = 2_000;

const queueWaiting = gauge("downpour_claim_queue_waiting", "Packets that viewers got, not yet credited");
const queueOldest = gauge("downpour_claim_queue_oldest_seconds", "Age of the oldest of them");
const deadLetters = gauge("downpour_claim_dead_letters", "Claims given up and kept for an operator");
const leasedBuckets = gauge("downpour_claim_leased_buckets", "Buckets this worker reads");

const { resources, close } = await openResources("packet-credit");
const { env, log, redis } = resources;

const leases = new BucketLeases({
  redis,
  queue: claimQueue.name,
  holder: `${env.NODE_NAME}-${randomUUID()}`,
  isBusy: (bucket) => lanes.some((lane) => lane.isBusy(bucket)),
});
const walletUpdates = new WalletUpdates(resources, "packet");
const laneClients = Array.from({ length: LANES }, (_, i) =>
  openRedis(env.REDIS_URL, log, { name: `packet-credit-lane-${i}`, blocking: true }),
);
await Promise.all(laneClients.map((client) => waitForRedis(client, 30_000)));
const lanes = laneClients.map(
  (blocking, index) =>
    new BucketLane({
      queue: claimQueue,
      resources,
      blocking,
      leases,
      index,
      lanes: laneClients.length,
      process: async (entries) => {
        const { wallets } = await creditClaims(resources, entries);
        walletUpdates.add(wallets);
        // Winners hear of it beside, and rooms by the progress of their rain: nothing holds an entry back once it is credited.
        return () => Promise.resolve();
      },
    }),
);

const stopLeases = repeatEvery(LEASE_TICK_MS, log, "renewing leases", async () => {
  await leases.tick();
  leasedBuckets.set(leases.held.size);
});
const stopLag = repeatEvery(LAG_TICK_MS, log, "reading the lag of the claims", async () => {
  const lag = await claimQueue.readLag(redis, ALL_BUCKETS, Date.now());
  queueWaiting.set(lag.reduce((sum, b) => sum + b.waiting, 0));
  queueOldest.set(Math.max(...lag.map((b) => b.oldestMs)) / 1_000);
  deadLetters.set(lag.reduce((sum, b) => sum + b.deadLetters, 0));
});
const running = lanes.map((lane) => lane.run());
// The rain keeper goes here: loading, planned starts and ends of rains, and what is left of them going back.

const health = await startHealthServer({
  host: env.BIND_HOST,
  port: env.HEALTH_PORT,
  checks: dependencyChecks(resources, ["live"]),
});
log.info({ port: health.port, lanes: lanes.length }, "crediting packets");

runUntilSignalled(log, async () => {
  for (const lane of lanes) lane.stop();
  await Promise.all(running);
  await walletUpdates.finish();
  await Promise.all([stopLeases(), stopLag()]);
  await leases.releaseAll();
  for (const client of laneClients) client.disconnect();
  await health.close();
  await close();
});
