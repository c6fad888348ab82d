import { findRedisEra, openRedisEra, type RedisEraRow } from "@/db/live/queries/redis-eras";
import { gauge } from "@/platform/observability/metrics";
import { type EraSource, type KnownEra, readRun, setEraSource } from "@/platform/redis/era";
import { redisEraKey } from "@/platform/redis/keys";
import raiseSource from "@/platform/redis/raise-era.lua";
import { defineScript } from "@/platform/redis/script";
import type { Resources } from "../context";
import { mendEra } from "./mend-era";

/** A server that changed behind a connection that stayed is found within this. */
const LOOK_EVERY_MS = 2_000;
/** Whoever begins an era has written it down in Redis within this. */
const MARKED_MS = 5_000;
/** How often it is asked whether an era has been settled, while it has not. */
const UNSETTLED_MS = 250;

const eraGauge = gauge("downpour_redis_era", "How often Redis may have lost something");
const raiseScript = defineScript(raiseSource);

type FollowResources = Pick<Resources, "live" | "redis" | "log">;

interface Seen {
  /** The very connection that was looked at. */
  stream: FollowResources["redis"]["stream"];
  row: RedisEraRow;
  known: KnownEra;
}

/** Tells whoever asks whom the process's connection leads to, and begins a new era when that has changed. */
class RedisFollower implements EraSource {
  #seen: Seen | undefined;
  #looking: Promise<KnownEra> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #onEra: ((era: number) => Promise<void>) | undefined;

  constructor(private readonly resources: FollowResources) {
    resources.redis.on("ready", this.#look);
    this.#schedule();
    if (resources.redis.status === "ready") this.#look();
  }

  peek(): KnownEra | undefined {
    const { redis } = this.resources;
    return this.#seen?.stream === redis.stream && redis.status === "ready" ? this.#seen.known : undefined;
  }

  get(): Promise<KnownEra> {
    this.#looking ??= this.#find().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Called with each era that begins while this process runs, before it is settled. */
  onEra(handle: (era: number) => Promise<void>): void {
    this.#onEra = handle;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.resources.redis.off("ready", this.#look);
  }

  readonly #look = (): void => {
    void this.get().catch((error: unknown) =>
      this.resources.log.debug({ reason: String(error) }, "the era of redis cannot be told"),
    );
  };

  #schedule(): void {
    if (this.#isStopped) return;
    const everyMs = this.#seen && !this.#seen.known.isSettled ? UNSETTLED_MS : LOOK_EVERY_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#check()
        .catch(() => {})
        .finally(() => this.#schedule());
    }, everyMs);
    this.#timer.unref();
  }

  /** Looks whom a connection leads to. A new one may find that Redis has changed. */
  async #find(): Promise<KnownEra> {
    const { live, redis } = this.resources;
    const { stream } = redis;
    const run = await readRun(redis);
    const latest = await findRedisEra(live);
    const row =
      latest?.run === run ? latest : await openRedisEra(live, { run, after: latest?.era, reason: "run" });
    if (row.run !== run) throw new Error("Another process sees another Redis.");
    return await this.#enter(stream, row);
  }

  async #enter(stream: Seen["stream"], row: RedisEraRow): Promise<KnownEra> {
    const { redis, log } = this.resources;
    const before = this.#seen?.row.era;
    await this.#mark(stream, row);
    if (redis.stream !== stream) throw new Error("Redis changed while it was looked at.");
    const known = { era: row.era, isSettled: row.isSettled };
    this.#seen = { stream, row, known };
    eraGauge.set(row.era);
    if (before !== undefined && before !== row.era) {
      log.warn({ era: row.era, run: row.run }, "redis may have lost something: a new era has begun");
      void this.#onEra?.(row.era).catch((error: unknown) =>
        log.error({ reason: String(error), era: row.era }, "what an era begins with failed"),
      );
    }
    if (!row.isMended) {
      void mendEra(this.resources, row).catch((error: unknown) =>
        log.warn({ reason: String(error), era: row.era }, "an era could not be mended; will repeat"),
      );
    }
    if (!known.isSettled) this.#schedule();
    return known;
  }

  /** Has Redis remember its era: once a connection, since whoever wrote it again could hide that it was lost. */
  async #mark(stream: Seen["stream"], row: RedisEraRow): Promise<void> {
    if (this.#seen?.stream === stream && this.#seen.row.era === row.era) return;
    const mark = Number(await raiseScript.run(this.resources.redis, [redisEraKey], [row.era]));
    if (mark === row.era || (mark < row.era && row.ageMs < MARKED_MS)) return;
    await openRedisEra(this.resources.live, { run: row.run, after: row.era, reason: "behind", above: mark });
    throw new Error(`Redis is in era ${mark}, and not in ${row.era}.`);
  }

  /**
   * A connection that stayed may lead to another server, or to the same one with less in it. Only a new connection
   * decides that Redis has changed: an old one may lead to a server that nobody else uses any more.
   */
  async #check(): Promise<void> {
    const { live, redis, log } = this.resources;
    const seen = this.#seen;
    if (redis.status !== "ready") return;
    if (!seen || this.peek() === undefined) {
      await this.get();
      return;
    }
    const [run, mark, latest] = await Promise.all([
      readRun(redis),
      redis.get(redisEraKey),
      findRedisEra(live),
    ]);
    if (this.#seen !== seen || redis.stream !== seen.stream || !latest) return;
    if (latest.run !== run || run !== seen.row.run) {
      log.warn({ run }, "the connection leads to another redis; connecting anew");
      redis.disconnect(true);
      return;
    }
    if (latest.era === seen.row.era && (mark === null || Number(mark) < latest.era)) {
      await openRedisEra(live, { run, after: latest.era, reason: "behind" });
    }
    // It may be settled since, or another one may have begun.
    await this.get();
  }
}

/**
 * Follows what Redis is, for as long as the process runs: its run is looked at with each connection and every two seconds.
 *
 * @param onEra called with each era that begins, before its rains are settled
 * @returns what ends it
 */
export function followRedis(resources: FollowResources, onEra?: (era: number) => Promise<void>): () => void {
  const follower = new RedisFollower(resources);
  if (onEra) follower.onEra(onEra);
  setEraSource(resources.redis, follower);
  return () => follower.stop();
}
