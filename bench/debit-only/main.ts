import { openRedis, waitForRedis } from "@/platform/redis/client";
import { BucketLeases } from "@/server/queue/bucket-leases";
import { giftQueue } from "@/server/queue/queues";
import { processGifts } from "../../workers/gift-debit/process-gifts";
import { BucketLane } from "../../workers/lib/bucket-lane";
import { LEASED_LIMITS, openResources } from "../../workers/lib/open-resources";

/** The debit by itself: the worker's own lanes and leases, with nobody to announce to. */
const { resources } = await openResources("gift-debit", LEASED_LIMITS);
const { env, log, redis } = resources;
const lanes: { run(): Promise<void>; isBusy(bucket: number): boolean }[] = [];
const debit = processGifts(resources, { announce: () => Promise.resolve() }, { add: () => undefined });
const leases = new BucketLeases({
  redis,
  queue: giftQueue.name,
  holder: `bench-${process.pid}`,
  isBusy: (bucket) => lanes.some((lane) => lane.isBusy(bucket)),
});
await leases.tick();
for (let index = 0; index < env.GIFT_DEBIT_LANES; index++) {
  const blocking = openRedis(env.REDIS_URL, log, { name: `lane-${index}`, blocking: true });
  await waitForRedis(blocking, 5_000);
  lanes.push(
    new BucketLane({
      queue: giftQueue,
      resources,
      blocking,
      leases,
      index,
      lanes: env.GIFT_DEBIT_LANES,
      process: debit,
    }),
  );
}
setInterval(() => void leases.tick(), 1_000);
for (const lane of lanes) void lane.run();
process.once("SIGTERM", () => process.exit(0));
console.log("ready");
