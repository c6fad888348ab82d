import { Redis, type RedisOptions } from "ioredis";
import type { Log } from "../observability/log";
import { Caches } from "../runtime/caches";
import { endSilentConnections } from "./silence";

/** `caches`: what the process knows of what this Redis holds. */
export type RedisClient = Redis & { readonly caches: Caches };

/** A command that got no answer in this time fails, so that a request never hangs on a stopped Redis. */
const COMMAND_TIMEOUT_MS = 2_000;
/** Blocking reads wait half a second by themselves; no answer in this time means that Redis is gone. */
const BLOCKING_TIMEOUT_MS = 10_000;
/** A connection on which nothing was answered for this long is replaced. */
const SILENT_MS_MAX = 2_500;
const BLOCKING_SILENT_MS_MAX = SILENT_MS_MAX + 500;

/** For ever, from 100 ms to a second: the rule of every connection to Redis. */
export const reconnectAfterMs = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 1_000);

/**
 * A client that reconnects for ever and fails commands quickly while it cannot. `blocking` clients are for commands that
 * wait (XREADGROUP with BLOCK, SUBSCRIBE) and share their connection with nothing else.
 */
export function openRedis(url: string, log: Log, options: { name: string; blocking?: boolean }): RedisClient {
  const settings: RedisOptions = {
    connectionName: options.name,
    connectTimeout: 2_000,
    keepAlive: 10_000,
    // A gift is re-sent by its owner, never by the driver: a command whose answer was lost must fail, not run again.
    autoResendUnfulfilledCommands: false,
    // Nobody looks at what comes of the driver's own attempt, and a failure that nobody looks at ends the process.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: reconnectAfterMs,
    commandTimeout: options.blocking ? BLOCKING_TIMEOUT_MS : COMMAND_TIMEOUT_MS,
  };
  const client = Object.assign(new Redis(url, settings), { caches: new Caches() });
  if (!options.blocking) joinWrites(client);
  endSilentConnections(client, options.blocking ? BLOCKING_SILENT_MS_MAX : SILENT_MS_MAX);
  let away = false;
  client.on("error", (error: Error) => {
    if (!away) log.warn({ client: options.name, reason: error.message }, "redis is away");
    away = true;
  });
  client.on("ready", () => {
    if (away) log.info({ client: options.name }, "redis is back");
    away = false;
  });
  return client;
}

/** Resolves once the client can take commands; rejects after `timeoutMs`. */
export async function waitForRedis(client: RedisClient, timeoutMs: number): Promise<void> {
  if (client.status === "ready") return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      client.off("ready", done);
      reject(new Error(`Redis did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    client.once("ready", done);
  });
}

/**
 * What is asked in the same turn of the event loop travels together: one write to the socket, one flush to disk in
 * Redis. The driver's own auto-pipelining sends a batch only when the one before it was answered; here the next batch
 * is made while Redis works on this one. Joined as one text, because a stream takes much longer over many.
 */
export function joinWrites(client: Redis): void {
  const send = client.sendCommand.bind(client);
  let joined: Redis["stream"] | undefined;
  client.sendCommand = (command, stream) => {
    if (client.stream && client.stream !== joined) {
      joined = client.stream;
      joinWritesOf(joined);
    }
    return send(command, stream);
  };
}

function joinWritesOf(socket: Redis["stream"]): void {
  const write = socket.write.bind(socket) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const end = socket.end.bind(socket) as (...args: unknown[]) => Redis["stream"];
  let text = "";
  function flush(): void {
    const all = text;
    text = "";
    // Of a connection that is gone the driver fails every command that was not answered.
    if (all !== "" && socket.writable) write(all);
  }
  socket.write = (chunk: unknown, ...rest: unknown[]) => {
    if (typeof chunk !== "string" || rest.length > 0) {
      flush();
      return write(chunk, ...rest);
    }
    if (text === "") setImmediate(flush);
    text += chunk;
    return true;
  };
  socket.end = (...args: unknown[]) => {
    flush();
    return end(...args);
  };
}
