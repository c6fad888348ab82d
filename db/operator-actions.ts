import type { Sql } from "@/db/client";

/** Who acts when the platform itself does something that an operator may also do. No user can have this id. */
export const PLATFORM_ACTOR_ID = "00000000-0000-0000-0000-000000000000";

/** The second operator's part in something that needs two. */
export interface Approval {
  proposalId: string;
  approvedBy: string;
}

export interface OperatorAction {
  actorId: string;
  /** As `wallet.freeze`. */
  action: string;
  /** What it was done to, as `kind:id`. */
  subject: string;
  before?: object | null;
  after?: object | null;
  reason?: string | null;
  traceId: string;
  /** Stands beside the facts; the actor is who proposed it. */
  approval?: Approval;
}

/** By whom, and why. */
export type ActionBy = Pick<OperatorAction, "actorId" | "reason" | "traceId" | "approval">;

/** Writes down what was done, in the transaction that does it, in whichever of the two databases that is. */
export async function insertOperatorAction(sql: Sql, action: OperatorAction): Promise<void> {
  const { approval } = action;
  const after = approval ? { ...action.after, approval } : action.after;
  const json = (value: object | null | undefined) => (value ? JSON.stringify(value) : null);
  await sql`
    INSERT INTO operator_actions (actor_id, action, subject, before, after, reason, trace_id)
    VALUES (${action.actorId}, ${action.action}, ${action.subject}, ${json(action.before)}::text::jsonb,
      ${json(after)}::text::jsonb, ${action.reason ?? null}, ${action.traceId})`;
}

/** What an operator did, as a trace shows it. */
export interface TracedAction {
  actorId: string;
  action: string;
  subject: string;
  reason: string | null;
  at: Date;
}

const TRACED_MAX = 50;

/** What was done in one call, in one of the two databases. */
export async function listActionsOfTrace(sql: Sql, traceId: string): Promise<TracedAction[]> {
  return await sql<TracedAction[]>`
    SELECT actor_id AS "actorId", action, subject, reason, created_at AS at FROM operator_actions
    WHERE trace_id = ${traceId} ORDER BY id LIMIT ${TRACED_MAX}`;
}
