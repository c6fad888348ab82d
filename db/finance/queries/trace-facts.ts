import type { FinanceDb } from "@/db/client";
import type { TracedCallback } from "@/db/live/queries/trace-facts";
import { arrayLiteral } from "@/db/pg-array";

const FACTS_MAX = 50;

/** What settlement made of a gift: found by its bucket and number. */
export interface TracedSettlement {
  bucket: number;
  seq: number;
  batchId: number;
  lineId: number;
  shareBps: number;
  at: Date;
}

export interface TracedReversal {
  refundSeq: number;
  anchorFen: number;
  at: Date;
}

export interface TracedWithdrawalStep {
  withdrawalId: string;
  anchorId: string;
  toStatus: string;
  actorId: string | null;
  at: Date;
}

export interface FinanceTraceFacts {
  settlements: TracedSettlement[];
  reversals: TracedReversal[];
  steps: TracedWithdrawalStep[];
  /** Each with the withdrawal that the payout pays. */
  callbacks: TracedCallback[];
}

interface AskedGift {
  bucket: number;
  seq: number;
  anchorId: string;
}

/** Everything in the finance database that belongs to a trace, to gifts of it or to refunds of these. */
export async function readFinanceTrace(
  { sql }: FinanceDb,
  asked: { traceId: string; gifts: readonly AskedGift[]; refundSeqs: readonly number[] },
): Promise<FinanceTraceFacts> {
  const { traceId, gifts, refundSeqs } = asked;
  const [settlements, reversals, withdrawals] = await Promise.all([
    sql<TracedSettlement[]>`
      SELECT p.bucket, p.seq::float8 AS seq, r.batch_id::float8 AS "batchId", l.id::float8 AS "lineId",
        l.share_bps AS "shareBps", l.created_at AS at
      FROM unnest(${arrayLiteral(gifts.map(({ bucket }) => bucket))}::smallint[], ${arrayLiteral(gifts.map(({ seq }) => seq))}::bigint[],
        ${arrayLiteral(gifts.map(({ anchorId }) => anchorId))}::uuid[]) AS p(bucket, seq, anchor_id)
      CROSS JOIN LATERAL (
        SELECT batch_id, to_seq FROM settlement_ranges WHERE bucket = p.bucket AND from_seq <= p.seq
        ORDER BY from_seq DESC, rewind_id DESC LIMIT 1) r
      CROSS JOIN LATERAL (
        SELECT id, share_bps, created_at FROM settlement_lines
        WHERE batch_id = r.batch_id AND anchor_id = p.anchor_id ORDER BY id LIMIT 1) l
      WHERE r.to_seq >= p.seq`,
    sql<TracedReversal[]>`
      SELECT refund_seq::float8 AS "refundSeq", anchor_fen::float8 AS "anchorFen", created_at AS at
      FROM settlement_reversals WHERE refund_seq = ANY(${arrayLiteral(refundSeqs)}::bigint[]) AND NOT undoes LIMIT ${FACTS_MAX}`,
    sql<{ withdrawal_id: string; anchor_id: string; payout_id: string }[]>`
      SELECT w.withdrawal_id, w.anchor_id, w.payout_id FROM withdrawals w WHERE w.payout_id IN (
        SELECT payout_id FROM withdrawals WHERE trace_id = ${traceId}
        UNION SELECT c.payout_id FROM payout_callbacks c WHERE c.trace_id = ${traceId}
        UNION SELECT o.payout_id FROM withdrawal_events e
          JOIN withdrawals o ON o.withdrawal_id = e.withdrawal_id AND o.anchor_id = e.anchor_id
          WHERE e.trace_id = ${traceId})
      LIMIT ${FACTS_MAX}`,
  ]);
  if (withdrawals.length === 0) return { settlements, reversals, steps: [], callbacks: [] };
  const [steps, callbacks] = await Promise.all([
    sql<TracedWithdrawalStep[]>`
      SELECT e.withdrawal_id AS "withdrawalId", e.anchor_id AS "anchorId", e.to_status AS "toStatus",
        e.actor_id AS "actorId", e.created_at AS at
      FROM unnest(${arrayLiteral(withdrawals.map((row) => row.withdrawal_id))}::uuid[], ${arrayLiteral(withdrawals.map((row) => row.anchor_id))}::uuid[])
        AS p(withdrawal_id, anchor_id)
      JOIN withdrawal_events e ON e.withdrawal_id = p.withdrawal_id AND e.anchor_id = p.anchor_id
      ORDER BY e.id LIMIT ${FACTS_MAX}`,
    sql<TracedCallback[]>`
      SELECT w.withdrawal_id AS "subjectId", c.provider, 'payout' AS kind, c.outcome, c.received_at AS at
      FROM payout_callbacks c JOIN withdrawals w ON w.payout_id = c.payout_id
      WHERE c.payout_id = ANY(${arrayLiteral(withdrawals.map((row) => row.payout_id))}::uuid[])
      ORDER BY c.received_at LIMIT ${FACTS_MAX}`,
  ]);
  return { settlements, reversals, steps, callbacks };
}

/** Traces of a withdrawal, and when it was asked for. */
export async function findFinanceTraces({ sql }: FinanceDb, id: string) {
  return await sql<{ traceId: string; subject: string; at: Date }[]>`
    SELECT trace_id AS "traceId", 'withdrawal:' || withdrawal_id AS subject, created_at AS at
    FROM withdrawals WHERE withdrawal_id = ${id} OR payout_id = ${id} LIMIT ${FACTS_MAX}`;
}
