import type { RedisClient } from "./client";
import source from "./hold-sole-lease.lua";
import { defineScript } from "./script";

const script = defineScript(source);

/** Whether this holder has the lease now: taken when nobody had it, or renewed. Rejects when Redis is away. */
export async function holdSoleLease(
  redis: RedisClient,
  key: string,
  holder: string,
  leaseMs: number,
): Promise<boolean> {
  return (await script.run(redis, [key], [holder, leaseMs])) === 1;
}
