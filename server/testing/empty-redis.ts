import type { RedisClient } from "@/platform/redis/client";
import { redisEraKey } from "@/platform/redis/keys";

/** Empties Redis without anybody taking that for a Redis that has lost something. */
export async function emptyRedis(redis: RedisClient): Promise<void> {
  const era = await redis.get(redisEraKey);
  const emptied = redis.multi().flushdb();
  if (era !== null) emptied.set(redisEraKey, era);
  await emptied.exec();
}
