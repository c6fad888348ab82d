import type { Log } from "@/platform/observability/log";
import type { RedisClient } from "@/platform/redis/client";
import { readIpBlocks } from "@/platform/redis/ip-blocks";
import { repeatEvery } from "@/platform/runtime/repeat";
import type { BlockedRanges } from "@/platform/security/blocked-ranges";

const ASK_EVERY_MS = 1_000;

/**
 * Keeps the list of blocked addresses in force in a gateway, as the web processes tell it by Redis. While Redis is away, or
 * has lost the list, what is known holds and ends by itself.
 */
export function watchIpBlocks({
  redis,
  log,
  blocked,
  closeBlocked,
}: {
  redis: RedisClient;
  log: Log;
  blocked: BlockedRanges;
  closeBlocked: () => void;
}): () => Promise<void> {
  return repeatEvery(ASK_EVERY_MS, log, "reading blocked addresses", async () => {
    if (redis.status !== "ready") return;
    const ranges = await readIpBlocks(redis);
    if (ranges && blocked.hold(ranges)) closeBlocked();
  });
}
