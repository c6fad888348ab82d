import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";

/** How the tables say that orders ended; those that they do not know are left out. Keyed `sender/order`. */
export async function findOrderEnds(
  db: LiveDb,
  orders: readonly { senderId: string; giftOrderId: string }[],
): Promise<Map<string, "settled" | "failed">> {
  const rows = await db.sql<{ sender_id: string; gift_order_id: string; status: "settled" | "failed" }[]>`
    WITH asked AS (
      SELECT * FROM unnest(${arrayLiteral(orders.map((order) => order.senderId))}::uuid[],
        ${arrayLiteral(orders.map((order) => order.giftOrderId))}::uuid[]) AS a (sender_id, gift_order_id))
    SELECT sender_id, gift_order_id, 'settled' AS status FROM gift_records JOIN asked USING (sender_id, gift_order_id)
    UNION ALL
    SELECT sender_id, gift_order_id, 'failed' FROM gift_failures JOIN asked USING (sender_id, gift_order_id)`;
  return new Map(rows.map((row) => [`${row.sender_id}/${row.gift_order_id}`, row.status]));
}
