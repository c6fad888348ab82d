import type { RedisClient } from "./client";

/**
 * Redis may come back older than it was: with a log of some seconds ago, or by a replica that lagged. Each time that this may
 * have happened begins an era, which the live database counts. What Redis numbers or remembers is of an era.
 */
export interface KnownEra {
  era: number;
  /** Whether the shards of all rains agree with the claims, so that packets may be popped. */
  isSettled: boolean;
}

/** Knows in which era a client's connection is. */
export interface EraSource {
  /** Without waiting; undefined while nobody has looked whom this very connection leads to. */
  peek(): KnownEra | undefined;
  /** Looks first where need be. Rejects when a database or Redis is away. */
  get(): Promise<KnownEra>;
}

/** What holds where nobody follows Redis: scripts and tests that have it to themselves. */
const ONLY_ERA: KnownEra = { era: 0, isSettled: true };

const sources = new WeakMap<RedisClient, EraSource>();

export function setEraSource(redis: RedisClient, source: EraSource): void {
  sources.set(redis, source);
}

/** The era of this client's connection, if it is known without waiting. Asked on the hottest paths. */
export function peekEra(redis: RedisClient): KnownEra | undefined {
  const source = sources.get(redis);
  return source ? source.peek() : ONLY_ERA;
}

/** The era of this client's connection. Rejects when it cannot be told. */
export async function getEra(redis: RedisClient): Promise<KnownEra> {
  return peekEra(redis) ?? (await sources.get(redis)?.get()) ?? ONLY_ERA;
}

/** Names the run of a server and the stream of its replication: another one may have forgotten something. */
export async function readRun(redis: RedisClient): Promise<string> {
  const [server, replication] = await Promise.all([redis.info("server"), redis.info("replication")]);
  const field = (text: string, name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(text)?.[1] ?? "";
  return `${field(server, "run_id")}/${field(replication, "master_replid")}`;
}
