import type { LiveDb } from "@/db/client";

/** Whether anybody has ever given anything: then a demonstration has a past of its own. */
export async function hasGifts(db: LiveDb): Promise<boolean> {
  const rows = await db.sql`SELECT 1 FROM gift_buckets WHERE last_seq > 0 LIMIT 1`;
  return rows.length > 0;
}

/** When somebody was made. Null where there is nobody of that id. */
export async function findMadeAt(db: LiveDb, userId: string): Promise<Date | null> {
  const [row] = await db.sql<{ created_at: Date }[]>`SELECT created_at FROM users WHERE id = ${userId}`;
  return row?.created_at ?? null;
}

export async function isPaid(
  db: LiveDb,
  { giftOrderId, senderId }: { giftOrderId: string; senderId: string },
): Promise<boolean> {
  const rows = await db.sql`
    SELECT 1 FROM gift_records WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}`;
  return rows.length > 0;
}
