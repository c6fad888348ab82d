import { Redis } from "ioredis";
import { inject } from "vitest";
import { REDIS_DATABASES } from "./names";

export interface TestRedis {
  /** Address of an empty database that nobody else uses. Publish/subscribe is shared by all databases of a server. */
  redisUrl: string;
  /** Empties it. */
  drop(): Promise<void>;
}

/** A Redis database for one test file. Call it in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestRedis(): Promise<TestRedis> {
  const serverUrl = inject("redisUrl");
  const counter = new Redis(`${serverUrl}/0`);
  const number = ((await counter.incr("test-databases")) % (REDIS_DATABASES - 1)) + 1;
  counter.disconnect();
  const redisUrl = `${serverUrl}/${number}`;
  const empty = async () => {
    const client = new Redis(redisUrl);
    await client.flushdb();
    client.disconnect();
  };
  await empty();
  return { redisUrl, drop: empty };
}
