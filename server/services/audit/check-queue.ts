import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { findOrdersSetApart } from "@/db/live/queries/audit-orders";
import type { Difference } from "@/domain/contracts/reconciliation";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { orderScope } from "@/domain/rules/decide-gifts";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { listPendingOrders, type PendingOrder, stillPending } from "@/server/queue/pending-orders";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import type { AuditResources, Outcome } from "./check";

/** Nothing accepted may wait longer than this. */
export const QUEUE_AGE_MS_MAX = 30_000;

/** Entries that wait too long, and orders that are remembered as pending while nothing in the queue stands for them. */
export async function checkQueue({ live, redis }: AuditResources): Promise<Outcome> {
  const differences: Difference[] = [];
  let compared = 0;
  for (const queue of [giftQueue, claimQueue]) {
    for (const { bucket, waiting, oldestMs } of await queue.readLag(redis, ALL_BUCKETS, sharedNowMs())) {
      compared += waiting;
      if (oldestMs <= QUEUE_AGE_MS_MAX) continue;
      differences.push({
        subject: `bucket:${bucket}`,
        expected: String(QUEUE_AGE_MS_MAX),
        actual: String(oldestMs),
        facts: { what: "an entry waits too long", queue: queue.name, waiting },
      });
    }
  }
  for await (const orders of listPendingOrders(redis)) {
    compared += orders.length;
    const missing = orders.filter(({ isQueued }) => !isQueued);
    if (missing.length === 0) continue;
    const apart = await findOrdersSetApart(
      live,
      missing.map(({ giftOrderId }) => giftOrderId),
    );
    for (const order of missing) {
      if (differences.length >= DIFFERENCES_MAX) break;
      // It waits for a person, who ends it or puts it into the queue again.
      if (apart.has(orderScope(order.senderId, order.giftOrderId))) continue;
      // An order is final before its entry leaves the queue: one that is pending after the entry was missed has lost it.
      if (await stillPending(redis, order)) differences.push(describe(order));
    }
  }
  return { compared, differences };
}

function describe({ senderId, giftOrderId, entryId, totalCoins }: PendingOrder): Difference {
  return {
    subject: `gift-order:${giftOrderId}`,
    expected: entryId,
    actual: null,
    facts: { what: "pending without an entry in the queue", senderId, totalCoins },
  };
}
