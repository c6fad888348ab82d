import type { RedisClient } from "@/platform/redis/client";
import { oldDeadLetterKey, type QueueName } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import dropSource from "./drop-old-letter.lua";

const dropScript = defineScript(dropSource);

/** What an earlier version gave up and kept in Redis only. */
export interface OldDeadLetter {
  queue: QueueName;
  bucket: number;
  /** Its id where it lies now. */
  letterId: string;
  /** Its id in the queue. */
  entryId: string;
  reason: string;
  raw: string;
}

/** The oldest of one bucket; empty when nothing lies there. */
export async function readOldDeadLetters(
  redis: RedisClient,
  queue: QueueName,
  bucket: number,
  limit: number,
): Promise<OldDeadLetter[]> {
  const rows = await redis.xrange(oldDeadLetterKey(queue, bucket), "-", "+", "COUNT", limit);
  return rows.map(([letterId, list]) => {
    const value = (name: string) => {
      const at = list.findIndex((field, i) => i % 2 === 0 && field === name);
      return at < 0 ? undefined : list[at + 1];
    };
    return {
      queue,
      bucket,
      letterId,
      entryId: value("entryId") ?? letterId,
      reason: value("reason") ?? "",
      raw: value("g") ?? "",
    };
  });
}

/** Forgets one that is recorded; the stream goes with the last. */
export async function dropOldDeadLetter(redis: RedisClient, letter: OldDeadLetter): Promise<void> {
  await dropScript.run(redis, [oldDeadLetterKey(letter.queue, letter.bucket)], [letter.letterId]);
}
