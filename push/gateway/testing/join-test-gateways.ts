import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { shareRedis } from "./test-gateway";

/** The gateways of this test file join the cluster at a Redis of its own, which is emptied after each test that ends with its gateways. */
export function joinTestGateways(options: { isEmptiedAfterEach: boolean }): void {
  let testRedis: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    testRedis = await createTestRedis();
    redis = new Redis(testRedis.redisUrl);
    shareRedis(testRedis.redisUrl);
  });
  afterEach(async () => {
    if (options.isEmptiedAfterEach) await redis.flushdb();
  });
  afterAll(async () => {
    redis.disconnect();
    await testRedis.drop();
  });
}
