import { randomUUID } from "node:crypto";
import { countOpenDeadLetters } from "@/db/live/queries/dead-letters";
import { countUncounted } from "@/db/live/queries/supporters";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { gauge } from "@/platform/observability/metrics";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { openNotices } from "@/platform/redis/notices";
import { runUntilSignalled } from "@/platform/runtime/process";
import { repeatEvery } from "@/platform/runtime/repeat";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { BucketLeases } from "@/server/queue/bucket-leases";
import { giftQueue } from "@/server/queue/queues";
import { catalogueChangedChannel, dropLocalCatalogue } from "@/server/services/gift/catalogue";
import { watchRoomStates } from "@/server/services/room/room-state";
import { BucketLane } from "../lib/bucket-lane";
import { LaneWatch } from "../lib/lane-watch";
import { LEASED_LIMITS, openResources, startWorkerHealth } from "../lib/open-resources";
import { WalletUpdates } from "../lib/wallet-updates";
import { Announcer } from "./announcer";
import { processGifts } from "./process-gifts";
import { SupporterCounting } from "./supporter-counting";

const LEASE_TICK_MS = 1_000;
const WATCH_TICK_MS = 1_000;
const LAG_TICK_MS = 2_000;
const DEAD_LETTERS_COUNTED_MAX = 10_000;

const queueWaiting = gauge("downpour_gift_queue_waiting", "Accepted gifts not yet debited and announced");
const queueOldest = gauge("downpour_gift_queue_oldest_seconds", "Age of the oldest of them");
const deadLetters = gauge("downpour_gift_dead_letters", "Queue entries given up that wait for an operator");
const uncounted = gauge("downpour_supporters_lag_gifts", "Paid gifts that no room's board shows yet");
const leasedBuckets = gauge("downpour_gift_leased_buckets", "Buckets this worker reads");

const { resources, clock, close } = await openResources("gift-debit", LEASED_LIMITS);
const { env, log, redis } = resources;

const leases = new BucketLeases({
  redis,
  queue: giftQueue.name,
  holder: `${env.NODE_NAME}-${randomUUID()}`,
  isBusy: (bucket) => lanes.some((lane) => lane.isBusy(bucket)),
  canMove: (bucket) => watch.canMove(bucket),
});
const announcer = new Announcer(resources);
const walletUpdates = new WalletUpdates(resources, "gift");
const laneClients = Array.from({ length: env.GIFT_DEBIT_LANES }, (_, i) =>
  openRedis(env.REDIS_URL, log, { name: `gift-debit-lane-${i}`, blocking: true }),
);
await Promise.all(laneClients.map((client) => waitForRedis(client, 30_000)));
const debit = processGifts(resources, announcer, walletUpdates);
const lanes = laneClients.map(
  (blocking, index) =>
    new BucketLane({
      queue: giftQueue,
      resources,
      blocking,
      leases,
      index,
      lanes: laneClients.length,
      process: debit,
    }),
);

const notices = openNotices(env.REDIS_URL, log);
watchRoomStates(resources, notices);
notices.listen(catalogueChangedChannel, () => dropLocalCatalogue(resources));

const watch = new LaneWatch({ queue: giftQueue.name, lanes, resources });
const stopWatch = repeatEvery(WATCH_TICK_MS, log, "watching lanes", async () => watch.tick());
const stopLeases = repeatEvery(LEASE_TICK_MS, log, "renewing leases", async () => {
  await leases.tick();
  leasedBuckets.set(leases.held.size);
});
const stopLag = repeatEvery(LAG_TICK_MS, log, "reading the queue's lag", async () => {
  const lag = await giftQueue.readLag(redis, ALL_BUCKETS, sharedNowMs());
  queueWaiting.set(lag.reduce((sum, b) => sum + b.waiting, 0));
  queueOldest.set(Math.max(...lag.map((b) => b.oldestMs)) / 1_000);
  deadLetters.set(await countOpenDeadLetters(resources.live, "gifts", DEAD_LETTERS_COUNTED_MAX));
  uncounted.set(await countUncounted(resources.live));
});
const running = lanes.map((lane) => lane.run());
const supporters = new SupporterCounting(resources, leases);
const counting = supporters.run();

const health = await startWorkerHealth(resources, clock, {
  service: "gift-debit",
  bundleUrl: import.meta.url,
  lag: { metric: "downpour_gift_queue_oldest_seconds" },
  needs: ["live"],
  checks: { lanes: () => watch.check() },
});
log.info({ port: health.port, lanes: lanes.length }, "debiting gifts");

runUntilSignalled(log, async () => {
  for (const lane of lanes) lane.stop();
  supporters.stop();
  await Promise.all(running);
  await counting;
  await walletUpdates.finish();
  await Promise.all([stopLeases(), stopWatch(), stopLag()]);
  await leases.releaseAll();
  for (const client of laneClients) client.disconnect();
  notices.close();
  await health.stop();
  await close();
});
