import { createHash, randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { joinWrites } from "@/platform/redis/client";
import announceCount from "./announce-count.lua";
import changeMembers from "./change-members.lua";
import changeViewers from "./change-viewers.lua";
import clearViewers from "./clear-viewers.lua";
import heartbeat from "./heartbeat.lua";
import publishCached from "./publish-cached.lua";
import readUser from "./read-user.lua";
import retire from "./retire.lua";
import seeRequest from "./see-request.lua";
import hold from "./set-sockets.lua";
import takeVisits from "./take-visits.lua";
import tellNodes from "./tell-nodes.lua";

const SOURCES = {
  announceCount,
  changeMembers,
  changeViewers,
  clearViewers,
  heartbeat,
  hold,
  publishCached,
  readUser,
  retire,
  seeRequest,
  takeVisits,
  tellNodes,
};
type ScriptName = keyof typeof SOURCES;
const DIGESTS = Object.fromEntries(
  Object.entries(SOURCES).map(([name, source]) => [name, createHash("sha1").update(source).digest("hex")]),
) as Record<ScriptName, string>;

/** Commands that may wait for a Redis that takes none; beyond it publishes are refused. */
const WAITING_BYTES_MAX = 16_777_216;

interface RedisSessionOptions {
  url: string;
  /** Shown in Redis' list of clients and part of the holder's name. */
  nodeId: string;
  /** A command without an answer for this long ends the session. */
  timeoutMs: number;
}

/**
 * One time of being connected to Redis, under a name that is never used again. It ends with the first thing that goes
 * wrong (a lost connection, an answer that does not come, an error, a lost lease) and is then replaced by another one:
 * commands of an ended session that Redis still carries out belong to a holder that nobody counts any more.
 */
export class RedisSession {
  readonly holder: string;
  onMessage: (stream: string, message: Buffer) => void = () => {};
  private endReason: string | undefined;
  private readonly onEnd: ((reason: string) => void)[] = [];

  private constructor(
    options: RedisSessionOptions,
    private readonly commands: Redis,
    /** Apart from the commands, so that a flood of events does not hold up their answers. */
    private readonly streams: Redis,
  ) {
    const name = options.nodeId.replaceAll(/[^\w-]/g, "_");
    this.holder = `${name}.${randomBytes(6).toString("hex")}`;
    for (const connection of [commands, streams]) {
      joinWrites(connection);
      connection.on("error", (error: Error) => this.end(error.message));
      connection.on("close", () => this.end("Redis closed the connection"));
    }
    streams.on("smessageBuffer", (stream: Buffer, message: Buffer) => {
      this.guard(() => this.onMessage(stream.toString(), message));
    });
  }

  /** Connects and brings the scripts. Rejects within about the time-out when Redis is away. */
  static async open(options: RedisSessionOptions): Promise<RedisSession> {
    const connect = () =>
      new Redis(options.url, {
        connectionName: `push-${options.nodeId}`,
        lazyConnect: true,
        connectTimeout: options.timeoutMs,
        commandTimeout: options.timeoutMs,
        keepAlive: 10_000,
        retryStrategy: () => null,
        enableOfflineQueue: false,
        autoResubscribe: false,
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 0,
      });
    const session = new RedisSession(options, connect(), connect());
    // Connecting to a Redis that is stopped hangs in the greeting, which no time-out of the driver covers.
    const timer = setTimeout(() => session.end("Redis does not answer"), options.timeoutMs);
    try {
      await Promise.all([session.commands.connect(), session.streams.connect()]);
      await Promise.all(Object.values(SOURCES).map((source) => session.commands.script("LOAD", source)));
    } catch (error) {
      session.end(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
    if (session.endReason !== undefined) throw new Error(session.endReason);
    return session;
  }

  get isAlive(): boolean {
    return this.endReason === undefined;
  }

  /** What was sent in this very turn is not counted yet: it is joined until the turn's end. */
  get hasRoom(): boolean {
    return (this.commands.stream?.writableLength ?? 0) < WAITING_BYTES_MAX;
  }

  /** Calls back once, when the session has ended. */
  whenEnded(onEnd: (reason: string) => void): void {
    if (this.endReason === undefined) this.onEnd.push(onEnd);
    else onEnd(this.endReason);
  }

  end(reason: string): void {
    if (!this.isAlive) return;
    this.endReason = reason;
    this.commands.disconnect();
    this.streams.disconnect();
    for (const onEnd of this.onEnd) onEnd(reason);
  }

  /** The answer to one command. Rejects when the session ends first, which any error makes it do. */
  async call<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      if (!this.isAlive) throw new Error(this.endReason);
      const reply = await command(this.commands);
      if (reply === "GONE") throw new Error("Redis has forgotten this node's lease");
      return reply;
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Like `call`, for when an end of the session is dealt with elsewhere. Callbacks come in the order of asking. */
  ask<T>(command: (redis: Redis) => Promise<T>, onReply: (reply: T) => void): void {
    this.call(command).then(
      (reply) => this.guard(() => onReply(reply)),
      () => {},
    );
  }

  /** What Redis says is not trusted to make sense: whatever cannot be understood ends the session, not the process. */
  private guard(act: () => void): void {
    if (!this.isAlive) return;
    try {
      act();
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
    }
  }

  /** A command that runs one of the scripts. */
  script(name: ScriptName, keys: readonly string[], args: readonly (string | number)[]) {
    return (redis: Redis): Promise<unknown> => redis.evalsha(DIGESTS[name], keys.length, ...keys, ...args);
  }

  /** Resolves when Redis passes on everything that is published to these streams from now on. */
  async listen(streamNames: readonly string[]): Promise<void> {
    if (streamNames.length === 0) return;
    // One command each, because a Redis Cluster takes no streams of several slots in one.
    await Promise.all(streamNames.map((name) => this.call(() => this.streams.ssubscribe(name))));
  }

  ignore(streamName: string): void {
    this.ask(
      () => this.streams.sunsubscribe(streamName),
      () => {},
    );
  }

  /** Whether the connection that brings events still answers. */
  async pingStreams(): Promise<void> {
    await this.call(() => this.streams.ping());
  }
}
