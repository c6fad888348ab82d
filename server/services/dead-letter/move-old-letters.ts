import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { isRefusedValue } from "@/domain/rules/driver-errors";
import { dropOldDeadLetter, type OldDeadLetter, readOldDeadLetters } from "@/server/queue/old-dead-letters";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import type { Resources } from "../context";
import { readGift } from "./read-letter";
import { recordGivenUp, setApart } from "./record-dead-letter";

const AT_ONCE = 100;

type MoveResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * Records what an earlier version gave up and kept in Redis only, and takes it from there. Its gifts' senders had been told
 * that they failed, recorded or not: now they are. Safe to repeat at any point. Returns how many were moved.
 */
export async function moveOldLetters(resources: MoveResources, signal?: AbortSignal): Promise<number> {
  let moved = 0;
  for (const { name } of [giftQueue, claimQueue]) {
    for (const bucket of ALL_BUCKETS) {
      for (;;) {
        if (signal?.aborted) return moved;
        const letters = await readOldDeadLetters(resources.redis, name, bucket, AT_ONCE);
        for (const letter of letters) {
          await record(resources, letter);
          await dropOldDeadLetter(resources.redis, letter);
        }
        moved += letters.length;
        if (letters.length < AT_ONCE) break;
      }
    }
  }
  if (moved > 0) resources.log.info({ moved }, "dead letters of an earlier version were recorded");
  return moved;
}

async function record(resources: MoveResources, letter: OldDeadLetter): Promise<void> {
  const { queue, bucket, entryId: id, raw, reason } = letter;
  const entry = { bucket, id, raw };
  const gift = queue === "gifts" ? readGift(raw, bucket) : null;
  if (!gift) return await setApart(resources, queue, entry, reason);
  try {
    await recordGivenUp(resources, gift, entry, reason);
  } catch (error) {
    if (!isRefusedValue(error)) throw error;
    await setApart(resources, queue, entry, reason);
  }
}
