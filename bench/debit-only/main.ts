import { BucketLeases } from "@/server/queue/bucket-leases";
import { openRedis, waitForRedis } from "@/server/redis/client";
import { DebitLane } from "../../workers/gift-debit/debit-lane";
import { openResources } from "../../workers/lib/open-resources";

/** The debit by itself: the worker's own lanes and leases, with nobody to announce to. */
const { resources } = await openResources("gift-debit");
const { env, log, redis } = resources;
const lanes: DebitLane[] = [];
const leases = new BucketLeases({
  redis,
  holder: `bench-${process.pid}`,
  isBusy: (bucket) => lanes.some((lane) => lane.isBusy(bucket)),
});
await leases.tick();
for (let index = 0; index < env.GIFT_DEBIT_LANES; index++) {
  const blocking = openRedis(env.REDIS_URL, log, { name: `lane-${index}`, blocking: true });
  await waitForRedis(blocking, 5_000);
  lanes.push(
    new DebitLane({
      resources,
      blocking,
      leases,
      announcer: { announce: () => Promise.resolve() },
      walletUpdates: { add: () => undefined },
      index,
      lanes: env.GIFT_DEBIT_LANES,
    }),
  );
}
setInterval(() => void leases.tick(), 1_000);
for (const lane of lanes) void lane.run();
process.once("SIGTERM", () => process.exit(0));
console.log("ready");
