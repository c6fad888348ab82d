import { setTimeout as delay } from "node:timers/promises";
import { backOffMs } from "@/domain/rules/back-off";
import type { Log } from "@/platform/observability/log";
import type { GatewayLimits } from "../../limits/limits";
import * as metrics from "../../push-metrics";
import type { Termination } from "../backplane";
import type { LocalApp } from "../local-app";
import type { PreviousHolder } from "./channel-subscription";
import { clearStaleNode } from "./clear-stale-nodes";
import { StreamNames } from "./cluster-keys";
import { ClusterSession } from "./cluster-session";
import { Lease, type StaleNode } from "./lease";
import { RedisSession } from "./redis-session";

export interface ClusterOptions {
  redisUrl: string;
  /** Tells nodes apart for people; two nodes may have the same. */
  nodeId?: string;
}

/** Channels and users that are registered at once when a session begins. */
const REGISTERED_AT_ONCE = 200;
/** Terminations that wait for Redis; more are only carried out here. */
const UNSENT_MAX = 1_000;
const RETRY = { firstMs: 50, maxMs: 2_000 };
/** A session that lasted this long was no mere attempt. */
const STEADY_MS = 10_000;
/** Sessions that broke off while they began; their leases run out by themselves, too. */
const PREVIOUS_MAX = 20;

/** This node's part in the cluster: a session with Redis, and another one after each that broke off. */
export class ClusterNode {
  /** The session under way; undefined while Redis is away. Channels may still be on their way into it. */
  session: ClusterSession | undefined;
  /** Who this node was in earlier sessions that may still stand in places, the latest last. */
  private previousHolders: string[] = [];
  private lastTermination: string | undefined;
  private awayReason: string | undefined = "Redis has not been reached yet";
  private isClosing = false;
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly unsent = new Map<string, { appId: string; termination: Termination }>();
  private hubsByAppId: ReadonlyMap<string, LocalApp> = new Map();
  private readonly streams: StreamNames;

  constructor(
    private readonly options: ClusterOptions,
    private readonly limits: GatewayLimits,
    private readonly log: Log,
  ) {
    // The path of the address is the number of the database.
    this.streams = new StreamNames(Number(new URL(options.redisUrl).pathname.slice(1)) || 0);
    metrics.clusterJoined.set(0);
  }

  /** Joins the others. Resolves after the first attempt, also when Redis is away: then it is tried again for ever. */
  async start(apps: readonly LocalApp[]): Promise<void> {
    this.hubsByAppId = new Map(apps.map((hub) => [hub.app.id, hub]));
    await new Promise<void>((resolve) => {
      this.running = this.run(resolve);
    });
  }

  /** Why this node speaks only for itself now; undefined while it is one of the cluster. */
  get degradedReason(): string | undefined {
    return this.awayReason;
  }

  /** Closes connections on the other nodes: now, or as soon as Redis is back. */
  async terminate(appId: string, termination: Termination): Promise<void> {
    try {
      if (!this.session) throw new Error("Redis is away");
      await this.session.terminations.tell(appId, termination);
    } catch {
      if (this.unsent.size < UNSENT_MAX)
        this.unsent.set(`${appId}@${JSON.stringify(termination)}`, { appId, termination });
    }
  }

  /** Leaves the cluster. All sockets should be gone by now. Resolves when Redis knows, or is found to be away. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.closing.abort();
    const { session } = this;
    if (session) {
      try {
        const lease = new Lease(session.redis, this.limits.leaseMs);
        session.reportUrgently();
        for (const stale of await lease.retire(session.redis.holder)) {
          // Viewers are: they are counted a little longer, until they have come back elsewhere.
          if (stale.hasSockets) this.log.warn(stale, "channels are left to the other nodes");
        }
      } catch {
        // The lease will run out.
      }
      session.redis.end("this node is going away");
    }
    await this.running;
  }

  private async run(onFirstAttempt: () => void): Promise<void> {
    for (let attempt = 0; !this.isClosing; attempt += 1) {
      try {
        const redis = await RedisSession.open({
          url: this.options.redisUrl,
          nodeId: this.options.nodeId ?? "node",
          timeoutMs: this.limits.redisTimeoutMs,
        });
        const ended = new Promise<string>((resolve) => redis.whenEnded(resolve));
        const beganAtMs = performance.now();
        await this.join(redis).catch(() => {});
        onFirstAttempt();
        this.leave(await ended);
        // One that comes and goes is given more and more time.
        if (performance.now() - beganAtMs > STEADY_MS) attempt = 0;
      } catch (error) {
        this.report(error instanceof Error ? error.message : String(error));
        onFirstAttempt();
      }
      const waitMs = backOffMs(attempt, Math.random(), RETRY);
      await delay(waitMs, undefined, { signal: this.closing.signal }).catch(() => {});
    }
  }

  /** Rejects when the session ends before everything is registered; what was begun is undone by `leave`. */
  private async join(redis: RedisSession): Promise<void> {
    const lease = new Lease(redis, this.limits.leaseMs);
    const { previousHolders } = this;
    const session = new ClusterSession(redis, this.streams, this.hubsByAppId, this.limits, previousHolders);
    try {
      if (this.isClosing) throw new Error("this node is going away");
      const clearedPartitions = await lease.findCleared(previousHolders.at(-1));
      await lease.begin();
      // From here on the name may stand in places, also when this session gets no further.
      this.previousHolders = [...previousHolders.slice(-PREVIOUS_MAX), redis.holder];
      lease.keep(this.limits.heartbeatMs, (all) => void this.clear(session, all, false));
      redis.whenEnded(() => lease.stop());
      if (!(await session.terminations.start(this.lastTermination))) this.recheckSessions();
      for (const hub of this.hubsByAppId.values()) hub.users.forgetVersions();
      this.session = session;
      await this.registerAll(session, { holder: previousHolders.at(-1) ?? "", clearedPartitions });
      await this.sendUnsent(session);
      for (const previous of previousHolders) await this.clear(session, await lease.retire(previous), true);
      this.previousHolders = [redis.holder];
      if (this.isClosing || !redis.isAlive) throw new Error("this node is going away, or Redis");
    } catch (error) {
      redis.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
    this.awayReason = undefined;
    metrics.clusterJoined.set(1);
    this.log.info({ holder: redis.holder }, "joined the cluster");
  }

  private async registerAll(session: ClusterSession, previous: PreviousHolder): Promise<void> {
    const check = () => {
      if (!session.redis.isAlive) throw new Error("Redis went away again");
    };
    for (const hub of this.hubsByAppId.values()) {
      // Before the previous self is cleared away, so that nobody is uncounted in between.
      await inBatches(hub.audiences.channels(), async (channel) => {
        check();
        await session.audiences.register(hub, channel);
      });
      const channels = hub.listLocalChannels().filter((channel) => !session.serves(channel));
      await inBatches(channels, async (channel) => {
        check();
        // It may have been left meanwhile.
        if (hub.findChannel(channel.name.name) === channel && !session.serves(channel)) {
          await session.openSubscription(hub, channel, previous);
        }
      });
      await inBatches(hub.users.signedInUserIds(), async (userId) => {
        if (hub.users.isSignedIn(userId)) await session.users.hold(hub.app.id, userId, true, previous.holder);
      });
      await inBatches(hub.users.watchedUserIds(), async (userId) => {
        if (hub.users.isWatched(userId)) await session.users.watch(hub.app.id, [userId]);
      });
    }
  }

  private recheckSessions(): void {
    this.log.warn(
      "the ends of sessions may have been missed: clients have to show anew that they are let in",
    );
    for (const hub of this.hubsByAppId.values()) void hub.recheckSessions(this.limits.sessionRecheckMs);
  }

  private async sendUnsent(session: ClusterSession): Promise<void> {
    for (const [key, { appId, termination }] of this.unsent) {
      await session.terminations.tell(appId, termination);
      this.unsent.delete(key);
    }
  }

  private async clear(session: ClusterSession, all: StaleNode[], isQuiet: boolean): Promise<void> {
    for (const stale of all) {
      if (!isQuiet) this.log.warn(stale, "clearing away what a dead node left");
      await clearStaleNode(session, stale, isQuiet).catch(() => {});
    }
  }

  private leave(reason: string): void {
    const { session } = this;
    this.session = undefined;
    this.lastTermination = session?.terminations.position ?? this.lastTermination;
    this.report(reason);
    session?.end();
  }

  private report(reason: string): void {
    if (this.awayReason === undefined && !this.isClosing)
      this.log.warn({ reason }, "cut off from the cluster");
    this.awayReason = reason;
    metrics.clusterJoined.set(0);
  }
}

async function inBatches<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += REGISTERED_AT_ONCE) {
    await Promise.all(items.slice(start, start + REGISTERED_AT_ONCE).map(act));
  }
}
