import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { Proposal, ProposalState } from "@/domain/contracts/approval";
import { lockOperators, type OperatorRow } from "./operators";

/** Advisory lock of everything that may need a second operator. */
const DECISIONS_LOCK = 7_302;

const waiting = new WeakMap<object, Promise<unknown>>();

/**
 * Runs what may need a second operator, one after the other on the whole platform: what a rule was decided on (how many
 * operators there are, what was paid out today) still holds when the thing is done, and a proposal that is `executing`
 * while somebody else holds the lock was cut off. A process waits with one connection at most, so that those who wait
 * can never keep the connections that the one who works needs.
 */
export async function withDecisionLock<T>(db: LiveDb, work: () => Promise<T>): Promise<T> {
  const turn = (waiting.get(db) ?? Promise.resolve()).then(async () => {
    let running: Promise<T> | undefined;
    try {
      await inTransaction(db.sql, async (tx) => {
        await tx`SELECT pg_advisory_xact_lock(${DECISIONS_LOCK})`;
        running = work();
        await running.catch(() => {});
      });
    } catch (error) {
      // What becomes of the lock's own connection says nothing about the work, once that has begun.
      if (!running) throw error;
    }
    return await (running as unknown as Promise<T>);
  });
  waiting.set(
    db,
    turn.catch(() => {}),
  );
  return await turn;
}

export interface NewProposal {
  id: string;
  action: string;
  subject: string;
  input: object;
  inputHash: string;
  before: object | null;
  proposedBy: string;
  reason: string | null;
  traceId: string;
  /** How long it may wait. */
  hours: number;
}

/**
 * Stores a proposal, or finds the same one by the same operator that still waits. "full" when that operator has `max`
 * waiting. Callers hold the decision lock.
 */
export async function upsertProposal(
  db: LiveDb,
  proposal: NewProposal,
  max: number,
): Promise<{ id: string; expiresAt: Date } | "full"> {
  const { id, action, subject, input, inputHash, before, proposedBy, reason, traceId, hours } = proposal;
  return await inTransaction(db.sql, async (sql) => {
    await expireProposals(sql);
    const mine = await sql<{ id: string; action: string; input_hash: string; expires_at: Date }[]>`
      SELECT id, action, input_hash, expires_at FROM operator_proposals
      WHERE state = 'pending' AND proposed_by = ${proposedBy}`;
    const same = mine.find((row) => row.action === action && row.input_hash === inputHash);
    if (same) return { id: same.id, expiresAt: same.expires_at };
    if (mine.length >= max) return "full";
    const [row] = await sql<{ expires_at: Date }[]>`
      INSERT INTO operator_proposals
        (id, action, subject, input, input_hash, before, proposed_by, reason, trace_id, expires_at)
      VALUES (${id}, ${action}, ${subject}, ${JSON.stringify(input)}::text::jsonb, ${inputHash},
        ${before ? JSON.stringify(before) : null}::text::jsonb, ${proposedBy}, ${reason}, ${traceId},
        now() + ${hours} * interval '1 hour')
      RETURNING expires_at`;
    await insertOperatorAction(sql, {
      actorId: proposedBy,
      action: "proposal.create",
      subject: `proposal:${id}`,
      before,
      after: { action, subject, input },
      reason,
      traceId,
    });
    return { id, expiresAt: row?.expires_at ?? new Date() };
  });
}

async function expireProposals(sql: Sql): Promise<void> {
  await sql`
    UPDATE operator_proposals SET state = 'expired', decided_at = expires_at
    WHERE state = 'pending' AND expires_at <= now()`;
}

interface RawProposal {
  id: string;
  action: string;
  subject: string;
  input: Record<string, unknown>;
  input_hash: string;
  before: Record<string, unknown> | null;
  proposed_by: string;
  proposed_by_name: string | null;
  reason: string | null;
  trace_id: string;
  created_at: Date;
  expires_at: Date;
  state: ProposalState;
  decided_by: string | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  note: string | null;
  error: string | null;
}

/** A proposal, and the hash of what was proposed. */
export type ProposalRow = Proposal & { inputHash: string };

const toProposal = (row: RawProposal): ProposalRow => ({
  proposalId: row.id,
  action: row.action,
  subject: row.subject,
  input: row.input,
  inputHash: row.input_hash,
  before: row.before,
  proposedBy: row.proposed_by,
  proposedByName: row.proposed_by_name,
  reason: row.reason,
  traceId: row.trace_id,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  state: row.state,
  decidedBy: row.decided_by,
  decidedByName: row.decided_by_name,
  decidedAt: row.decided_at?.toISOString() ?? null,
  note: row.note,
  error: row.error,
});

/** A proposal whose time is over is expired, whether or not anybody has written that down. */
const selectProposals = (sql: Sql) => sql`
  SELECT p.*, a.name AS proposed_by_name, b.name AS decided_by_name,
    CASE WHEN p.state = 'pending' AND p.expires_at <= now() THEN 'expired' ELSE p.state END AS state
  FROM operator_proposals p
    LEFT JOIN users a ON a.id = p.proposed_by LEFT JOIN users b ON b.id = p.decided_by`;

/** Newest first; `before` is the id that the page before ended with. */
export async function listProposals(
  { sql }: LiveDb,
  input: { all: boolean; before?: string; limit: number },
): Promise<ProposalRow[]> {
  const rows = await sql<RawProposal[]>`
    ${selectProposals(sql)}
    WHERE (${input.all} OR p.state = 'executing' OR (p.state = 'pending' AND p.expires_at > now()))
      AND (${input.before ?? null}::uuid IS NULL OR p.id < ${input.before ?? null}::uuid)
    ORDER BY p.id DESC LIMIT ${input.limit}`;
  return rows.map(toProposal);
}

export async function findProposal({ sql }: LiveDb, id: string): Promise<ProposalRow | undefined> {
  const [row] = await sql<RawProposal[]>`${selectProposals(sql)} WHERE p.id = ${id}`;
  return row && toProposal(row);
}

/** How many proposals wait for a second operator or for somebody to say what came of them; never counts beyond `max`. */
export async function countOpenProposals({ sql }: LiveDb, max: number): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    SELECT count(*)::int AS open FROM (
      SELECT 1 FROM operator_proposals
      WHERE state = 'executing' OR (state = 'pending' AND expires_at > now()) LIMIT ${max}) AS counted`;
  return row?.open ?? 0;
}

/** Whoever executes one is done with it, or dead, long before this. */
const CUT_OFF_AFTER = "2 minutes";

/** Proposals that somebody died with while they were executed, and of which no alarm has said so yet. */
export async function listUnreportedCutOffs({
  sql,
}: LiveDb): Promise<{ proposalId: string; action: string; subject: string; traceId: string }[]> {
  return await sql<{ proposalId: string; action: string; subject: string; traceId: string }[]>`
    SELECT id AS "proposalId", action, subject, coalesce(decision_trace_id, trace_id) AS "traceId"
    FROM operator_proposals p
    WHERE state = 'executing' AND decided_at < now() - ${CUT_OFF_AFTER}::interval AND NOT EXISTS (
      SELECT 1 FROM alarms a WHERE a.kind = 'approval.outcome_unclear' AND a.subject = 'proposal:' || p.id)
    ORDER BY id LIMIT 100`;
}

export interface ProposalDecision {
  proposalId: string;
  approve: boolean;
  actorId: string;
  reason: string;
  traceId: string;
}

export type Claimed =
  | { outcome: "claimed" | "rejected"; proposer: OperatorRow | undefined }
  | { outcome: "missing" | "expired" | "decided" | "own" | "actor-unable" | "proposer-unable" };

/**
 * Decides a proposal, once: whoever comes second, with the same or another decision, finds it decided. An approval leaves
 * it `executing`, committed before anything is done. Nobody approves their own; both have to be operators at this moment,
 * and a proposal of somebody who is no operator any more has failed.
 *
 * Locks: the proposal, then both people by their ids.
 */
export async function claimProposal(db: LiveDb, decision: ProposalDecision): Promise<Claimed> {
  const { proposalId, approve, actorId, reason, traceId } = decision;
  return await inTransaction(db.sql, async (sql): Promise<Claimed> => {
    const [row] = await sql<(RawProposal & { is_over: boolean })[]>`
      SELECT *, expires_at <= now() AS is_over FROM operator_proposals WHERE id = ${proposalId} FOR UPDATE`;
    if (!row) return { outcome: "missing" };
    if (row.state === "pending" && row.is_over) {
      await expireProposals(sql);
      return { outcome: "expired" };
    }
    if (row.state === "expired") return { outcome: "expired" };
    if (row.state !== "pending") return { outcome: "decided" };
    const isOwn = row.proposed_by === actorId;
    if (approve && isOwn) return { outcome: "own" };
    const operators = await lockOperators(sql, [row.proposed_by, actorId]);
    if (!operators.has(actorId)) return { outcome: "actor-unable" };
    const isVoid = approve && !operators.has(row.proposed_by);
    const state = isVoid ? "failed" : approve ? "executing" : "rejected";
    await sql`
      UPDATE operator_proposals SET state = ${state}, decided_by = ${actorId}, decided_at = now(), note = ${reason},
        decision_trace_id = ${traceId}, error = ${isVoid ? "FORBIDDEN" : null}
      WHERE id = ${proposalId}`;
    await insertOperatorAction(sql, {
      actorId,
      action: isVoid ? "proposal.void" : approve ? "proposal.approve" : "proposal.reject",
      subject: `proposal:${proposalId}`,
      after: { action: row.action, subject: row.subject, proposedBy: row.proposed_by },
      reason,
      traceId,
    });
    if (isVoid) return { outcome: "proposer-unable" };
    return { outcome: approve ? "claimed" : "rejected", proposer: operators.get(row.proposed_by) };
  });
}

/** Says what came of an approved proposal. Nothing is said twice. */
export async function finishProposal(
  { sql }: LiveDb,
  input: { proposalId: string; outcome: { result: unknown } | { failed: string } | { unclear: string } },
): Promise<void> {
  const { proposalId, outcome } = input;
  const state = "result" in outcome ? "approved" : "failed" in outcome ? "failed" : "executing";
  const result = "result" in outcome ? (JSON.stringify(outcome.result) ?? null) : null;
  const error = "failed" in outcome ? outcome.failed : "unclear" in outcome ? outcome.unclear : null;
  await sql`
    UPDATE operator_proposals SET state = ${state}, result = ${result}::text::jsonb, error = ${error}
    WHERE id = ${proposalId} AND state = 'executing'`;
}

/**
 * Writes down what a person found out about a proposal that was cut off. Callers hold the decision lock, so that nobody
 * is still at it. False when it is not `executing`.
 */
export async function resolveProposal(
  db: LiveDb,
  input: { proposalId: string; done: boolean; actorId: string; reason: string; traceId: string },
): Promise<boolean> {
  const { proposalId, done, actorId, reason, traceId } = input;
  return await inTransaction(db.sql, async (sql) => {
    const [row] = await sql<{ action: string; subject: string }[]>`
      UPDATE operator_proposals SET state = ${done ? "approved" : "failed"}, error = ${done ? null : "UNAVAILABLE"}
      WHERE id = ${proposalId} AND state = 'executing' RETURNING action, subject`;
    if (!row) return false;
    await insertOperatorAction(sql, {
      actorId,
      action: "proposal.resolve",
      subject: `proposal:${proposalId}`,
      after: { done, action: row.action, subject: row.subject },
      reason,
      traceId,
    });
    return true;
  });
}
