import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";

/** Of each kind; one action makes one or two, a batch of calls a few. */
const FACTS_MAX = 50;

export interface TracedGift {
  giftOrderId: string;
  senderId: string;
  anchorId: string;
  roomId: string;
  giftId: string;
  count: number;
  totalCoins: number;
  /** Null of one that failed. */
  bucket: number | null;
  seq: number | null;
  reason: string | null;
  sentAt: Date;
  bookedAt: Date;
}

export interface TracedRefund {
  giftOrderId: string;
  senderId: string;
  refundSeq: number;
  reason: string;
  at: Date;
}

export interface TracedRain {
  rainId: string;
  status: string;
  endReason: string | null;
  packetCount: number;
  claimedCount: number;
  claimedCoins: number;
  refundedCoins: number;
  createdAt: Date;
  preparedAt: Date | null;
  readyAt: Date | null;
  startedAt: Date | null;
  endingAt: Date | null;
  endedAt: Date | null;
}

export interface TracedClaim {
  rainId: string;
  packetIndex: number;
  userId: string;
  coins: number;
  claimedAt: Date;
  creditedAt: Date;
}

export interface TracedRecharge {
  paymentId: string;
  orderId: string;
  userId: string;
  status: string;
  coins: number;
  amountFen: number;
  provider: string;
  createdAt: Date;
  paidAt: Date | null;
  chargedBackAt: Date | null;
}

export interface TracedCallback {
  /** The payment, or the payout. */
  subjectId: string;
  provider: string;
  kind: string;
  outcome: string;
  at: Date;
}

export interface TracedLetter {
  id: string;
  queue: "gifts" | "claims";
  reason: string;
  status: string;
  at: Date;
}

export interface LiveTraceFacts {
  gifts: TracedGift[];
  refunds: TracedRefund[];
  rains: TracedRain[];
  claims: TracedClaim[];
  recharges: TracedRecharge[];
  callbacks: TracedCallback[];
  letters: TracedLetter[];
}

/** What looks for a trace among rows of which there are ever more; a test asks for the plans. */
export const selectByTrace = {
  gifts: (sql: Sql, traceId: string) => sql<Omit<TracedGift, "reason">[]>`
    SELECT gift_order_id AS "giftOrderId", sender_id AS "senderId", anchor_id AS "anchorId", room_id AS "roomId",
      gift_id AS "giftId", count, total_coins::float8 AS "totalCoins", bucket, seq::float8 AS seq, sent_at AS "sentAt",
      created_at AS "bookedAt"
    FROM gift_records WHERE trace_id = ${traceId} LIMIT ${FACTS_MAX}`,
  failures: (sql: Sql, traceId: string) => sql<Omit<TracedGift, "bucket" | "seq">[]>`
    SELECT gift_order_id AS "giftOrderId", sender_id AS "senderId", anchor_id AS "anchorId", room_id AS "roomId",
      gift_id AS "giftId", count, total_coins::float8 AS "totalCoins", reason, sent_at AS "sentAt", created_at AS "bookedAt"
    FROM gift_failures WHERE trace_id = ${traceId} LIMIT ${FACTS_MAX}`,
  claims: (sql: Sql, traceId: string) => sql<TracedClaim[]>`
    SELECT rain_id AS "rainId", packet_index AS "packetIndex", user_id AS "userId", coins::float8 AS coins,
      claimed_at AS "claimedAt", created_at AS "creditedAt"
    FROM rain_claims WHERE trace_id = ${traceId} LIMIT ${FACTS_MAX}`,
};

/** Everything in the live database that belongs to a trace, also what came later of what it began. */
export async function readLiveTrace(db: LiveDb, traceId: string): Promise<LiveTraceFacts> {
  return await inTransaction(db.sql, async (sql) => {
    // What a filter of a stretch costs is estimated as if it told nothing: without this a table would be read whole.
    await sql`SET LOCAL enable_seqscan = off`;
    const paid = await selectByTrace.gifts(sql, traceId);
    const failed = await selectByTrace.failures(sql, traceId);
    const claims = await selectByTrace.claims(sql, traceId);
    const refunds = await sql<TracedRefund[]>`
      SELECT DISTINCT f.gift_order_id AS "giftOrderId", f.sender_id AS "senderId", f.refund_seq::float8 AS "refundSeq",
        f.reason, f.created_at AS at
      FROM gift_refunds f
      WHERE f.refund_seq IN (
        SELECT refund_seq FROM gift_refunds WHERE trace_id = ${traceId}
        UNION SELECT refund_seq FROM gift_refunds WHERE gift_order_id = ANY(${arrayLiteral(paid.map((gift) => gift.giftOrderId))}::uuid[]))
      LIMIT ${FACTS_MAX}`;
    const rains = await sql<TracedRain[]>`
      SELECT rain_id AS "rainId", status, end_reason AS "endReason", packet_count AS "packetCount",
        claimed_count AS "claimedCount", claimed_coins::float8 AS "claimedCoins", refunded_coins::float8 AS "refundedCoins",
        created_at AS "createdAt", prepared_at AS "preparedAt", ready_at AS "readyAt", started_at AS "startedAt",
        ending_at AS "endingAt", ended_at AS "endedAt"
      FROM rains WHERE trace_id = ${traceId} LIMIT ${FACTS_MAX}`;
    const recharges = await sql<TracedRecharge[]>`
      SELECT payment_id AS "paymentId", order_id AS "orderId", user_id AS "userId", status, coins::float8 AS coins,
        amount_fen::float8 AS "amountFen", provider, created_at AS "createdAt", paid_at AS "paidAt",
        charged_back_at AS "chargedBackAt"
      FROM recharge_orders WHERE payment_id IN (
        SELECT payment_id FROM recharge_orders WHERE trace_id = ${traceId}
        UNION SELECT payment_id FROM payment_callbacks WHERE trace_id = ${traceId})
      LIMIT ${FACTS_MAX}`;
    const callbacks = await sql<TracedCallback[]>`
      SELECT payment_id AS "subjectId", provider, kind, outcome, received_at AS at
      FROM payment_callbacks WHERE payment_id = ANY(${arrayLiteral(recharges.map((order) => order.paymentId))}::uuid[])
      ORDER BY received_at LIMIT ${FACTS_MAX}`;
    const letters = await sql<TracedLetter[]>`
      SELECT id, queue, reason, status, created_at AS at FROM dead_letters WHERE trace_id = ${traceId} LIMIT ${FACTS_MAX}`;
    return {
      gifts: [
        ...paid.map((gift) => ({ ...gift, reason: null })),
        ...failed.map((gift) => ({ ...gift, bucket: null, seq: null })),
      ],
      refunds: [...refunds],
      rains: [...rains],
      claims: [...claims],
      recharges: [...recharges],
      callbacks: [...callbacks],
      letters: [...letters],
    };
  });
}

/** Traces of a top-up (by the order's or the payment's id) or a rain, and when each began. */
export async function findLiveTraces({ sql }: LiveDb, id: string) {
  return await sql<{ traceId: string; kind: "recharge" | "rain"; subject: string; at: Date }[]>`
    SELECT trace_id AS "traceId", 'recharge' AS kind, 'payment:' || payment_id AS subject, created_at AS at
    FROM recharge_orders WHERE payment_id = ${id} OR order_id = ${id}
    UNION ALL
    SELECT trace_id, 'rain', 'rain:' || rain_id, created_at FROM rains WHERE rain_id = ${id}
    LIMIT ${FACTS_MAX}`;
}
