import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { readMemoryPart } from "@/platform/redis/memory-reserve";
import { tryWritingRedis } from "@/platform/redis/try-writing";
import type { Resources } from "../context";
import { type FoundProblem, fits, type Looked, orOnly, problem } from "./look";

const ANSWER_MS_MAX = 3_000;
const MAJOR_MIN = 7;
const FULL_PART = 0.8;
const REPLICA_MS_MAX = 1_000;

/** Whether Redis takes a write, is new enough, keeps what was acknowledged, and never throws a queue away for room. */
export function lookAtRedis({ redis, env }: Pick<Resources, "redis" | "env">): Promise<Looked> {
  const look = async (): Promise<Looked> => {
    await tryWritingRedis(redis);
    const info = await readInfo(redis);
    const version = info.get("redis_version") ?? "0";
    const problems: FoundProblem[] = [];
    if (Number.parseInt(version, 10) < MAJOR_MIN) problems.push(problem("redisOld", { version }));
    problems.push(...(await findLogProblems(redis, info)));
    const policy = info.get("maxmemory_policy") ?? "?";
    if (policy !== "noeviction") problems.push(problem("redisEvicts", { policy }));
    const part = await readMemoryPart(redis);
    if (part >= FULL_PART) problems.push(problem("redisFull", { part: Math.round(part * 100) }));
    if (env.REDIS_REPLICAS_TO_WAIT > 0) {
      const count = await redis.wait(env.REDIS_REPLICAS_TO_WAIT, REPLICA_MS_MAX);
      if (count < env.REDIS_REPLICAS_TO_WAIT)
        problems.push(problem("redisReplicasMissing", { count, minimum: env.REDIS_REPLICAS_TO_WAIT }));
    }
    return { facts: { version }, problems };
  };
  return orOnly("redisAway", { setting: "REDIS_URL" }, look());
}

async function findLogProblems(
  redis: RedisClient,
  info: ReadonlyMap<string, string>,
): Promise<FoundProblem[]> {
  if (info.get("aof_enabled") !== "1") return [problem("redisKeepsNothing")];
  if (info.get("aof_last_write_status") !== "ok") return [problem("redisLogBroken")];
  try {
    const [, policy = "?"] = await redis.config("GET", "appendfsync");
    return policy === "always" ? [] : [problem("redisFlushesLate", { policy })];
  } catch {
    // Hosted ones let nobody ask.
    return [problem("redisLogUnread")];
  }
}

async function readInfo(redis: RedisClient): Promise<ReadonlyMap<string, string>> {
  const text = await redis.info();
  return new Map([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = "", value = ""]) => [name, value]));
}

/** Where push gateways meet, when it is another Redis than that of everything else. */
export async function lookAtPushRedis({ env, log }: Pick<Resources, "env" | "log">): Promise<Looked | null> {
  if (env.PUSH_REDIS_URL === "" || env.PUSH_REDIS_URL === env.REDIS_URL) return null;
  const redis = openRedis(env.PUSH_REDIS_URL, log, { name: "doctor" });
  const look = async (): Promise<Looked> => {
    await waitForRedis(redis, ANSWER_MS_MAX);
    await tryWritingRedis(redis);
    return fits();
  };
  return await orOnly("redisAway", { setting: "PUSH_REDIS_URL" }, look()).finally(() => redis.disconnect());
}
