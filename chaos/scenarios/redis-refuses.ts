import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { giftQueue } from "@/server/queue/queues";
import { readReadiness } from "../lib/read-readiness";
import type { Scenario } from "../lib/scenario";
import type { UnwellRig } from "../lib/unwell-rig";

const MIB = 1_048_576;
const FILLER_KEY = "chaos:filler";

/** Redis lives and takes no writes. */
export const REDIS_REFUSES: readonly Scenario[] = [
  {
    name: "redis-read-only",
    fault: "Redis refuses writes (min-replicas-to-write)",
    async inject({ redis }) {
      await redis.config("SET", "min-replicas-to-write", "1");
      return () => redis.config("SET", "min-replicas-to-write", "0");
    },
    during: expectWebNotReady,
  },
  {
    name: "redis-replica",
    fault: "Redis is made a replica of nobody: it is read-only",
    async inject({ redis }) {
      // A replica that has never seen its master keeps its data.
      await redis.call("REPLICAOF", "127.0.0.1", "1");
      return () => redis.call("REPLICAOF", "NO", "ONE");
    },
    during: expectWebNotReady,
  },
  {
    name: "redis-full",
    fault: "Redis has reached maxmemory",
    async inject(rig) {
      const used = Number(/used_memory:(\d+)/.exec(await rig.redis.info("memory"))?.[1]);
      await rig.redis.config("SET", "maxmemory", String(used + 24 * MIB));
      await fillMemory(rig);
      return async () => {
        await rig.redis.config("SET", "maxmemory", "0");
        await rig.redis.del(FILLER_KEY);
      };
    },
    async during(rig) {
      const lags = await giftQueue.readLag(rig.redis, ALL_BUCKETS, Date.now());
      const waiting = lags.reduce((sum, lag) => sum + lag.waiting, 0);
      return waiting === 0 ? [] : [`${waiting} gifts wait, and do not drain while memory is full`];
    },
  },
];

async function expectWebNotReady(rig: UnwellRig): Promise<string[]> {
  const { web } = rig.processes;
  return web && (await readReadiness(web)) ? ["web says that it is ready"] : [];
}

/** Up to the last write that Redis takes. */
async function fillMemory({ redis }: UnwellRig): Promise<void> {
  for (const bytes of [256 * 1_024, 16 * 1_024, 1_024]) {
    const chunk = "x".repeat(bytes);
    const isFull = async () => {
      try {
        await redis.rpush(FILLER_KEY, chunk);
        return false;
      } catch (error) {
        if (String(error).includes("OOM")) return true;
        throw error;
      }
    };
    for (let pushed = 0; !(await isFull()); pushed++)
      if (pushed > 1_000) throw new Error("Redis takes more than its maxmemory.");
  }
}
