import { createHash } from "node:crypto";
import type { RedisClient } from "./client";

/** A Lua script that is sent by its digest and loaded again wherever Redis has forgotten it. */
export interface RedisScript {
  run(redis: RedisClient, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

export function defineScript(source: string): RedisScript {
  const digest = createHash("sha1").update(source).digest("hex");
  return {
    run(redis, keys, args) {
      return redis.evalsha(digest, keys.length, ...keys, ...args).catch((error: unknown) => {
        // NOSCRIPT is answered before anything ran, so running it in full now cannot run it twice.
        if (error instanceof Error && error.message.startsWith("NOSCRIPT")) {
          return redis.eval(source, keys.length, ...keys, ...args);
        }
        throw error;
      });
    },
  };
}
