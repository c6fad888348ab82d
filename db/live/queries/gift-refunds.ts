import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import { lockWallet } from "../ledger/accounts";
import { postTransfers } from "../ledger/post-transfers";
import { systemAccountOf } from "../ledger/system-accounts";

export interface RefundOrder {
  senderId: string;
  giftOrderId: string;
  refundId: string;
  reason: string;
  actorId: string;
  traceId: string;
}

export interface RefundRow {
  refundId: string;
  refundSeq: number;
  giftOrderId: string;
  senderId: string;
  anchorId: string;
  totalCoins: number;
  reason: string;
  traceId: string;
  createdAt: Date;
}

interface RawRefund {
  refund_id: string;
  refund_seq: string;
  gift_order_id: string;
  sender_id: string;
  anchor_id: string;
  total_coins: string;
  reason: string;
  trace_id: string;
  created_at: Date;
}

function toRefund(raw: RawRefund): RefundRow {
  return {
    refundId: raw.refund_id,
    refundSeq: Number(raw.refund_seq),
    giftOrderId: raw.gift_order_id,
    senderId: raw.sender_id,
    anchorId: raw.anchor_id,
    totalCoins: Number(raw.total_coins),
    reason: raw.reason,
    traceId: raw.trace_id,
    createdAt: raw.created_at,
  };
}

/**
 * Gives a paid gift back to its sender, once, in one transaction: the next number, the trade, the refund and the
 * record of who did it. The same refund again answers with what it was; `conflict` means that this gift was refunded
 * under another id, or that the id refunded another gift.
 *
 * Lock order: the wallet, the refund counter, the system account. The counter is held until the commit, so that numbers
 * have no gap and become visible in order; whoever holds it waits for no wallet.
 */
export async function insertRefund(
  db: LiveDb,
  order: RefundOrder,
): Promise<RefundRow | "unknown" | "conflict"> {
  return await inTransaction(db.sql, (tx) => refundWithin(tx, order));
}

/** The same within the caller's transaction. Who holds an order of coins besides took it before the wallet. */
export async function refundWithin(tx: Sql, order: RefundOrder): Promise<RefundRow | "unknown" | "conflict"> {
  const { senderId, giftOrderId, refundId, reason, actorId, traceId } = order;
  const [gift] = await tx<
    {
      bucket: number;
      seq: string;
      anchor_id: string;
      room_id: string;
      total_coins: string;
      sent_at: Date;
    }[]
  >`
    SELECT bucket, seq, anchor_id, room_id, total_coins, sent_at FROM gift_records
    WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}`;
  if (!gift) return "unknown";
  await lockWallet(tx, senderId);
  await tx`SELECT 1 FROM refund_counter FOR UPDATE`;
  const known = await tx<RawRefund[]>`
    SELECT * FROM gift_refunds
    WHERE refund_id = ${refundId} OR (gift_order_id = ${giftOrderId} AND sender_id = ${senderId})`;
  const [same] = known;
  if (same) {
    const isSame =
      same.refund_id === refundId && same.gift_order_id === giftOrderId && same.sender_id === senderId;
    return isSame && known.length === 1 ? toRefund(same) : "conflict";
  }
  const [refund] = await tx<RawRefund[]>`
    WITH counter AS (UPDATE refund_counter SET last_seq = last_seq + 1 RETURNING last_seq)
    INSERT INTO gift_refunds (refund_seq, refund_id, gift_order_id, sender_id, bucket, seq, anchor_id, room_id,
      total_coins, sent_at, reason, created_by, trace_id, created_at)
    SELECT last_seq, ${refundId}, ${giftOrderId}, ${senderId}, ${gift.bucket}, ${gift.seq}, ${gift.anchor_id},
      ${gift.room_id}, ${gift.total_coins}, ${gift.sent_at}, ${reason}, ${actorId}, ${traceId}, now() FROM counter
    RETURNING *`;
  if (!refund) throw new Error("There is no refund counter.");
  await postTransfers(tx, [
    {
      from: systemAccountOf("gift_clearing", senderId),
      to: senderId,
      type: "refund",
      bizId: refundId,
      coins: Number(gift.total_coins),
      traceId,
      at: refund.created_at,
    },
  ]);
  await insertOperatorAction(tx, {
    actorId,
    action: "gift.refund",
    subject: `gift:${giftOrderId}`,
    before: { status: "settled" },
    after: { status: "refunded", refundId, senderId, totalCoins: Number(gift.total_coins) },
    reason,
    traceId,
  });
  return toRefund(refund);
}

/** Whether a gift was given back. */
export async function isRefunded(db: LiveDb, senderId: string, giftOrderId: string): Promise<boolean> {
  const rows = await db.sql`
    SELECT 1 FROM gift_refunds WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}`;
  return rows.length > 0;
}

/** Refunds for operators, newest first, below a number. */
export async function listRefunds(
  db: LiveDb,
  input: { belowSeq: number | null; limit: number },
): Promise<RefundRow[]> {
  const rows = await db.sql<RawRefund[]>`
    SELECT * FROM gift_refunds
    WHERE ${input.belowSeq}::bigint IS NULL OR refund_seq < ${input.belowSeq}::bigint
    ORDER BY refund_seq DESC LIMIT ${input.limit}`;
  return rows.map(toRefund);
}
