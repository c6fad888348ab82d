import type { LiveDb } from "@/db/client";
import type { GiftFailureReason, GiftOrigin } from "@/domain/contracts/gift";

export interface GiftOrderRow extends GiftOrigin {
  giftOrderId: string;
  status: "settled" | "failed" | "refunded";
  reason?: GiftFailureReason;
  /** When an operator gave it back. */
  refundedAt: Date | null;
  roomId: string;
  giftId: string;
  count: number;
  priceCoins: number;
  totalCoins: number;
  traceId: string;
  sentAt: Date;
  createdAt: Date;
  /** The other party, null where it is not to be known. */
  counterpartyId: string | null;
  counterpartyName: string | null;
}

interface RawOrder extends GiftOrigin {
  gift_order_id: string;
  reason: GiftFailureReason | null;
  refunded_at: Date | null;
  room_id: string;
  gift_id: string;
  count: number;
  price_coins: string;
  total_coins: string;
  trace_id: string;
  sent_at: Date;
  created_at: Date;
  counterparty_id: string | null;
  counterparty_name: string | null;
}

function toRow(raw: RawOrder): GiftOrderRow {
  return {
    giftOrderId: raw.gift_order_id,
    status: raw.refunded_at ? "refunded" : raw.reason === null ? "settled" : "failed",
    refundedAt: raw.refunded_at,
    reason: raw.reason ?? undefined,
    roomId: raw.room_id,
    giftId: raw.gift_id,
    count: raw.count,
    priceCoins: Number(raw.price_coins),
    totalCoins: Number(raw.total_coins),
    traceId: raw.trace_id,
    sentAt: raw.sent_at,
    createdAt: raw.created_at,
    counterpartyId: raw.counterparty_id,
    counterpartyName: raw.counterparty_name,
    source: raw.source,
    unit: raw.unit,
  };
}

/** One order of one sender, once it is final. */
export async function findGiftOrder(
  db: Pick<LiveDb, "sql">,
  senderId: string,
  giftOrderId: string,
): Promise<GiftOrderRow | undefined> {
  const [row] = await db.sql<RawOrder[]>`
    SELECT r.gift_order_id, NULL AS reason, f.created_at AS refunded_at, r.room_id, r.gift_id, r.count, r.price_coins,
      r.total_coins, r.trace_id, r.sent_at, r.created_at, NULL AS counterparty_id, NULL AS counterparty_name,
      r.source, r.unit
    FROM gift_records r
    LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
    WHERE r.gift_order_id = ${giftOrderId} AND r.sender_id = ${senderId}
    UNION ALL
    SELECT gift_order_id, reason, NULL, room_id, gift_id, count, price_coins, total_coins, trace_id, sent_at, created_at,
      NULL, NULL, NULL, NULL
    FROM gift_failures WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}`;
  return row && toRow(row);
}

/** Paid gifts of a sender, newest first, below a trade id. Walks the sender's own part of the ledger's key. */
export async function listSettledBySender(
  db: LiveDb,
  input: { senderId: string; belowTradeId: number | null; limit: number },
): Promise<(GiftOrderRow & { tradeId: number })[]> {
  const rows = await db.sql<(RawOrder & { trade_id: string })[]>`
    SELECT t.id AS trade_id, r.gift_order_id, NULL AS reason, f.created_at AS refunded_at, r.room_id, r.gift_id, r.count, r.price_coins, r.total_coins,
      r.trace_id, r.sent_at, r.created_at, r.anchor_id AS counterparty_id, u.name AS counterparty_name,
      r.source, r.unit
    FROM (
      SELECT id, biz_id, account_id FROM trades
      WHERE account_id = ${input.senderId} AND trade_type = 'gift'
        AND (${input.belowTradeId}::bigint IS NULL OR id < ${input.belowTradeId}::bigint)
      ORDER BY id DESC LIMIT ${input.limit}
    ) t
    JOIN gift_records r ON r.gift_order_id = t.biz_id AND r.sender_id = t.account_id
    LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
    LEFT JOIN users u ON u.id = r.anchor_id
    ORDER BY t.id DESC`;
  return rows.map((row) => ({ ...toRow(row), tradeId: Number(row.trade_id) }));
}

/** Failed orders of a sender, newest first, below a place. They are few, so they are sorted as they are found. */
export async function listFailedBySender(
  db: LiveDb,
  input: { senderId: string; below: { createdAt: Date; giftOrderId: string } | null; limit: number },
): Promise<GiftOrderRow[]> {
  const below = input.below;
  const rows = await db.sql<RawOrder[]>`
    SELECT f.gift_order_id, f.reason, NULL AS refunded_at, f.room_id, f.gift_id, f.count, f.price_coins, f.total_coins, f.trace_id, f.sent_at,
      f.created_at, f.anchor_id AS counterparty_id, u.name AS counterparty_name,
      NULL AS source, NULL AS unit
    FROM gift_failures f LEFT JOIN users u ON u.id = f.anchor_id
    WHERE f.sender_id = ${input.senderId}
      ${below ? db.sql`AND (f.created_at, f.gift_order_id) < (${below.createdAt}, ${below.giftOrderId}::uuid)` : db.sql``}
    ORDER BY f.created_at DESC, f.gift_order_id DESC LIMIT ${input.limit}`;
  return rows.map(toRow);
}

/**
 * Gifts that an anchor received, newest first, from a place on, without the first `skip` rows of that place: two senders
 * may use one order id at one time, and naming the sender in a page's cursor would give the anonymous away.
 */
export async function listReceivedByAnchor(
  db: LiveDb,
  input: {
    anchorId: string;
    from: { createdAt: Date; giftOrderId: string; skip: number } | null;
    limit: number;
  },
): Promise<GiftOrderRow[]> {
  const from = input.from;
  const rows = await db.sql<RawOrder[]>`
    SELECT r.gift_order_id, NULL AS reason, f.created_at AS refunded_at, r.room_id, r.gift_id, r.count, r.price_coins,
      r.total_coins, r.trace_id, r.sent_at, r.created_at, CASE WHEN r.anonymous THEN NULL ELSE r.sender_id END AS counterparty_id,
      CASE WHEN r.anonymous THEN NULL ELSE u.name END AS counterparty_name, r.source, r.unit
    FROM gift_records r LEFT JOIN users u ON u.id = r.sender_id
    LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
    WHERE r.anchor_id = ${input.anchorId}
      ${from ? db.sql`AND (r.created_at, r.gift_order_id) <= (${from.createdAt}, ${from.giftOrderId}::uuid)` : db.sql``}
    ORDER BY r.created_at DESC, r.gift_order_id DESC, r.bucket, r.seq LIMIT ${input.limit} OFFSET ${from?.skip ?? 0}`;
  return rows.map(toRow);
}
