import type { Sql } from "@/db/client";

/** A running transaction of either database. */
export type SqlTx = Parameters<Parameters<Sql["begin"]>[1]>[0];

export interface OperatorAction {
  actorId: string;
  /** Verb and noun, as `freeze-wallet`. */
  action: string;
  /** What it was done to, as `kind:id`. */
  subject: string;
  before?: unknown;
  after?: unknown;
  reason?: string | null;
  traceId: string;
}

/** Records what an operator does, in the transaction that does it: neither is ever there without the other. */
export async function insertOperatorAction(tx: SqlTx, action: OperatorAction): Promise<void> {
  const { actorId, subject, before = null, after = null, reason = null, traceId } = action;
  await tx`
    INSERT INTO operator_actions (actor_id, action, subject, before, after, reason, trace_id)
    VALUES (${actorId}, ${action.action}, ${subject}, ${JSON.stringify(before)}::text::jsonb,
      ${JSON.stringify(after)}::text::jsonb, ${reason}, ${traceId})`;
}
