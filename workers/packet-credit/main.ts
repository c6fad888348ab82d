import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { countOpenDeadLetters } from "@/db/live/queries/dead-letters";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { gauge } from "@/platform/observability/metrics";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { rainWorkChannel } from "@/platform/redis/keys";
import { openNotices } from "@/platform/redis/notices";
import { runUntilSignalled } from "@/platform/runtime/process";
import { repeatEvery } from "@/platform/runtime/repeat";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { BucketLeases } from "@/server/queue/bucket-leases";
import { claimQueue } from "@/server/queue/queues";
import { Neighbours } from "@/server/services/halve-batch";
import { PkDriver } from "@/server/services/pk/drive-pk";
import { creditClaims } from "@/server/services/rain/credit-claims";
import { keepRains, RainProgress } from "@/server/services/rain/keep-rains";
import { BucketLane } from "../lib/bucket-lane";
import { LaneWatch } from "../lib/lane-watch";
import { LEASED_LIMITS, openResources, startWorkerHealth } from "../lib/open-resources";
import { WalletUpdates } from "../lib/wallet-updates";

/** One posts while the other reads; claims of one rain wait for each other anyway. */
const LANES = 2;
const LEASE_TICK_MS = 1_000;
const WATCH_TICK_MS = 1_000;
const LAG_TICK_MS = 2_000;
const DEAD_LETTERS_COUNTED_MAX = 10_000;
/** What nobody asks for, a start or an end by the clock, is this late at most. */
const KEEP_TICK_MS = 200;

const queueWaiting = gauge("downpour_claim_queue_waiting", "Packets that viewers got, not yet credited");
const queueOldest = gauge("downpour_claim_queue_oldest_seconds", "Age of the oldest of them");
const deadLetters = gauge("downpour_claim_dead_letters", "Claims given up that wait for an operator");
const leasedBuckets = gauge("downpour_claim_leased_buckets", "Buckets this worker reads");

const { resources, clock, close } = await openResources("packet-credit", LEASED_LIMITS);
const { env, log, redis } = resources;

const leases = new BucketLeases({
  redis,
  queue: claimQueue.name,
  holder: `${env.NODE_NAME}-${randomUUID()}`,
  isBusy: (bucket) => lanes.some((lane) => lane.isBusy(bucket)),
  canMove: (bucket) => watch.canMove(bucket),
});
const walletUpdates = new WalletUpdates(resources, "packet");
const laneClients = Array.from({ length: LANES }, (_, i) =>
  openRedis(env.REDIS_URL, log, { name: `packet-credit-lane-${i}`, blocking: true }),
);
await Promise.all(laneClients.map((client) => waitForRedis(client, 30_000)));
const neighbours = new Neighbours();
const lanes = laneClients.map(
  (blocking, index) =>
    new BucketLane({
      queue: claimQueue,
      resources,
      blocking,
      leases,
      index,
      lanes: laneClients.length,
      process: async (entries, isAgain) => {
        const { wallets, held } = await creditClaims(resources, entries, { neighbours, isAgain });
        walletUpdates.add(wallets);
        // Winners hear of it beside, and rooms by the progress of their rain: nothing holds an entry back once it is credited.
        return { held, announce: () => Promise.resolve() };
      },
    }),
);

const watch = new LaneWatch({ queue: claimQueue.name, lanes, resources });
const stopWatch = repeatEvery(WATCH_TICK_MS, log, "watching lanes", async () => watch.tick());
const stopLeases = repeatEvery(LEASE_TICK_MS, log, "renewing leases", async () => {
  await leases.tick();
  leasedBuckets.set(leases.held.size);
});
const stopLag = repeatEvery(LAG_TICK_MS, log, "reading the lag of the claims", async () => {
  const lag = await claimQueue.readLag(redis, ALL_BUCKETS, sharedNowMs());
  queueWaiting.set(lag.reduce((sum, b) => sum + b.waiting, 0));
  queueOldest.set(Math.max(...lag.map((b) => b.oldestMs)) / 1_000);
  deadLetters.set(await countOpenDeadLetters(resources.live, "claims", DEAD_LETTERS_COUNTED_MAX));
});
const running = lanes.map((lane) => lane.run());

// Everything that rains need besides being claimed: at once when somebody says so, and by itself.
const rainProgress = new RainProgress(resources);
const wakeUp = new EventEmitter();
const stopKeeping = repeatEvery(
  KEEP_TICK_MS,
  log,
  "keeping rains",
  async () => {
    await keepRains(resources);
    await rainProgress.tell();
  },
  wakeUp,
);

/** Battles are driven here because this process moves rains on by the clock already; any process may. */
const pkDriver = new PkDriver(resources, `${env.NODE_NAME}-${randomUUID()}`);
const stopPk = repeatEvery(KEEP_TICK_MS, log, "driving battles", () => pkDriver.round());
const notices = openNotices(env.REDIS_URL, log);
notices.listen(rainWorkChannel, () => wakeUp.emit("wake"));

const health = await startWorkerHealth(resources, clock, {
  service: "packet-credit",
  bundleUrl: import.meta.url,
  lag: { metric: "downpour_claim_queue_oldest_seconds" },
  needs: ["live"],
  checks: { lanes: () => watch.check() },
});
log.info({ port: health.port, lanes: lanes.length }, "crediting packets");

runUntilSignalled(log, async () => {
  for (const lane of lanes) lane.stop();
  await Promise.all(running);
  await walletUpdates.finish();
  notices.close();
  await Promise.all([stopLeases(), stopWatch(), stopLag(), stopKeeping(), stopPk()]);
  await leases.releaseAll();
  for (const client of laneClients) client.disconnect();
  await health.stop();
  await close();
});
