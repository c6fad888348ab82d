import type { LiveDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import type { GiftFailureReason, GiftOrigin } from "@/domain/contracts/gift";

/** A gift order with both sides, for operators: who sent it is shown, also when it was sent anonymously. */
export interface FoundOrderRow extends GiftOrigin {
  giftOrderId: string;
  senderId: string;
  senderName: string | null;
  anchorId: string;
  anchorName: string | null;
  roomId: string;
  giftId: string;
  count: number;
  totalCoins: number;
  reason: GiftFailureReason | null;
  refundedAt: Date | null;
  traceId: string;
  sentAt: Date;
  /** When it was paid or failed. */
  bookedAt: Date;
}

export type OrderFilter = { giftOrderId: string } | { traceId: string };

/** Gift orders of one id (several senders may use the same), or of one trace; newest first. */
export async function searchGiftOrders(
  db: LiveDb,
  filter: OrderFilter,
  limit: number,
): Promise<FoundOrderRow[]> {
  return await inTransaction(db.sql, async (sql) => {
    // Filters over stretches of a table are estimated as if they told nothing: it would be read whole.
    if ("traceId" in filter) await sql`SET LOCAL enable_seqscan = off`;
    return await selectOrders(sql, filter, limit);
  });
}

async function selectOrders(sql: Sql, filter: OrderFilter, limit: number): Promise<FoundOrderRow[]> {
  const asked =
    "giftOrderId" in filter ? sql`gift_order_id = ${filter.giftOrderId}` : sql`trace_id = ${filter.traceId}`;
  const rows = await sql<
    (Record<string, string | null> & {
      count: number;
      refunded_at: Date | null;
      sent_at: Date;
      created_at: Date;
    })[]
  >`
    WITH found AS (
      SELECT gift_order_id, sender_id, anchor_id, room_id, gift_id, count, total_coins, trace_id, sent_at, created_at,
        NULL AS reason, source, unit
      FROM gift_records WHERE ${asked}
      UNION ALL
      SELECT gift_order_id, sender_id, anchor_id, room_id, gift_id, count, total_coins, trace_id, sent_at, created_at,
        reason, NULL, NULL
      FROM gift_failures WHERE ${asked}
    )
    SELECT o.*, s.name AS sender_name, a.name AS anchor_name, f.created_at AS refunded_at
    FROM found o
    LEFT JOIN users s ON s.id = o.sender_id
    LEFT JOIN users a ON a.id = o.anchor_id
    LEFT JOIN gift_refunds f ON f.gift_order_id = o.gift_order_id AND f.sender_id = o.sender_id
    ORDER BY o.created_at DESC, o.gift_order_id LIMIT ${limit}`;
  return rows.map((row) => ({
    giftOrderId: row.gift_order_id ?? "",
    senderId: row.sender_id ?? "",
    senderName: row.sender_name ?? null,
    anchorId: row.anchor_id ?? "",
    anchorName: row.anchor_name ?? null,
    roomId: row.room_id ?? "",
    giftId: row.gift_id ?? "",
    count: row.count,
    totalCoins: Number(row.total_coins),
    reason: row.reason as GiftFailureReason | null,
    refundedAt: row.refunded_at,
    source: row.source as GiftOrigin["source"],
    unit: row.unit as GiftOrigin["unit"],
    traceId: row.trace_id ?? "",
    sentAt: row.sent_at,
    bookedAt: row.created_at,
  }));
}
