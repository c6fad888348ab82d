import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { auditDeadLetters, listUnendedRequeued, type Requeued } from "@/db/live/queries/audit-dead-letters";
import { findOrderEnds } from "@/db/live/queries/audit-orders";
import { findDeadLettersOf } from "@/db/live/queries/dead-letters";
import type { Difference } from "@/domain/contracts/reconciliation";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { findOrderState } from "@/server/queue/gift-intake";
import { readOldDeadLetters } from "@/server/queue/old-dead-letters";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import type { AuditResources, Outcome } from "./check";

/** What is to be done outside the books, and what lies in Redis only, is dealt with within seconds. */
const DUE_MS_MAX = 30_000;
const AT_ONCE = 500;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Every dead letter is open, or decided with its effect in the books; none lies in Redis only. */
export async function checkDeadLetters(resources: AuditResources): Promise<Outcome> {
  const { compared, differences } = await auditDeadLetters(resources.live, DUE_MS_MAX);
  for (const find of [findLostAgain, findUnrecorded]) {
    if (differences.length >= DIFFERENCES_MAX) break;
    differences.push(...(await find(resources)));
  }
  return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
}

/** Gifts that were put into their queue again, and are neither there nor ended nor set apart again. */
async function findLostAgain({ live, redis }: AuditResources): Promise<Difference[]> {
  const differences: Difference[] = [];
  let afterId = FIRST_ID;
  while (differences.length < DIFFERENCES_MAX) {
    const page = await listUnendedRequeued(live, { sinceMs: DUE_MS_MAX, afterId, limit: AT_ONCE });
    for (const order of page) {
      if (await findOrderState(redis, order.senderId, order.giftOrderId)) continue;
      // It ends, or is set apart, before it leaves the queue.
      const ends = await findOrderEnds(live, [order.giftOrderId]);
      const letters = await findDeadLettersOf(live, order.senderId, order.giftOrderId);
      if (ends.size === 0 && letters.at(-1) === order.deadLetterId) differences.push(describeLost(order));
    }
    const last = page.at(-1);
    if (!last || page.length < AT_ONCE) break;
    afterId = last.deadLetterId;
  }
  return differences;
}

function describeLost({ deadLetterId, giftOrderId, senderId, traceId }: Requeued): Difference {
  return {
    subject: `dead-letter:${deadLetterId}`,
    expected: "queued or ended",
    actual: null,
    facts: { what: "tried again, and neither in the queue nor in the books", giftOrderId, senderId, traceId },
  };
}

/** What an earlier version keeps in Redis, and the job has not recorded. */
async function findUnrecorded({ redis }: AuditResources): Promise<Difference[]> {
  const differences: Difference[] = [];
  const before = Date.now() - DUE_MS_MAX;
  for (const { name: queue } of [giftQueue, claimQueue]) {
    for (const bucket of ALL_BUCKETS) {
      const letters = await readOldDeadLetters(redis, queue, bucket, 1);
      for (const { letterId, entryId, reason } of letters) {
        if (Number(letterId.split("-", 1)[0]) > before) continue;
        differences.push({
          subject: `bucket:${bucket}`,
          expected: "a record",
          actual: null,
          facts: { what: "a dead letter lies in Redis only", queue, entryId, reason },
        });
      }
    }
  }
  return differences;
}
