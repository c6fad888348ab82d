import { createHash } from "node:crypto";
import { Command } from "ioredis";
import type { RedisClient } from "./client";

/** A Lua script that is sent by its digest and loaded again wherever Redis has forgotten it. */
export interface RedisScript {
  run(redis: RedisClient, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

/** As `redis.evalsha` does; but that flattens the arguments of each command, which costs as much as sending them. */
function sendDigest(
  redis: RedisClient,
  digest: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const command = new Command("evalsha", [], { replyEncoding: "utf8" });
  const all = [digest, String(keys.length)];
  for (const key of keys) all.push(key);
  for (const arg of args) all.push(String(arg));
  command.args = all;
  return redis.sendCommand(command) as Promise<unknown>;
}

export function defineScript(source: string): RedisScript {
  const digest = createHash("sha1").update(source).digest("hex");
  return {
    run(redis, keys, args) {
      return sendDigest(redis, digest, keys, args).catch((error: unknown) => {
        // NOSCRIPT is answered before anything ran, so running it in full now cannot run it twice.
        if (error instanceof Error && error.message.startsWith("NOSCRIPT")) {
          return redis.eval(source, keys.length, ...keys, ...args);
        }
        throw error;
      });
    },
  };
}
