import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { findOrderEnds } from "@/db/live/queries/audit-orders";
import type { Difference } from "@/domain/contracts/reconciliation";
import { orderScope } from "@/domain/rules/decide-gifts";
import { type EndedOrder, listEndedOrders } from "@/server/queue/ended-orders";
import type { AuditResources, Outcome } from "./check";

/**
 * What Redis says of orders that have ended, and senders are told, against the books. Redis is read first: an order ends in
 * the books before it ends there, so that nothing on its way differs.
 */
export async function checkOrders({ live, redis }: AuditResources): Promise<Outcome> {
  const differences: Difference[] = [];
  let compared = 0;
  for await (const orders of listEndedOrders(redis)) {
    compared += orders.length;
    const ends = await findOrderEnds(
      live,
      orders.map(({ giftOrderId }) => giftOrderId),
    );
    for (const order of orders) {
      const end = ends.get(orderScope(order.senderId, order.giftOrderId));
      if (end?.status === order.status && end.totalCoins === order.totalCoins) continue;
      differences.push(describe(order, end));
    }
    if (differences.length >= DIFFERENCES_MAX) break;
  }
  return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
}

function describe(
  { senderId, giftOrderId, status, totalCoins, traceId }: EndedOrder,
  end: { status: string; totalCoins: number } | undefined,
): Difference {
  return {
    subject: `gift-order:${giftOrderId}`,
    expected: end?.status ?? null,
    actual: status,
    facts: {
      what: "Redis says that an order ended otherwise than the books",
      senderId,
      totalCoins,
      recordedCoins: end?.totalCoins ?? null,
      traceId,
    },
  };
}
