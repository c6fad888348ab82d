import type { OperatorRow } from "@/db/live/queries/operators";
import {
  type Claimed,
  claimProposal,
  findProposal,
  finishProposal,
  type ProposalRow,
  resolveProposal,
  withDecisionLock,
} from "@/db/live/queries/proposals";
import type { DecideProposalInput, Proposal, ResolveProposalInput } from "@/domain/contracts/approval";
import { BizError, type BizErrorName, ERRORS } from "@/domain/contracts/errors";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { SignedInCtx } from "../context";
import { requireFreshFactor } from "../second-factor/second-factor";
import { inNameOf } from "./acting-operator";
import { type DualAction, findDualAction } from "./actions";
import { getFourEyes } from "./four-eyes";
import { showProposal } from "./list-proposals";
import { hashInput } from "./perform-or-propose";

const REFUSALS: Partial<Record<Claimed["outcome"], BizErrorName>> = {
  missing: "NOT_FOUND",
  expired: "PROPOSAL_EXPIRED",
  decided: "PROPOSAL_STATE_CONFLICT",
  own: "FORBIDDEN",
  "actor-unable": "FORBIDDEN",
  "proposer-unable": "FORBIDDEN",
};

/** Errors that do not say whether anything was done. */
const UNCLEAR_FROM_CODE = ERRORS.INTERNAL.code;

/**
 * Approves what another operator proposed, and has it done in their name, once; or rejects it. Whoever proposed it may
 * only take it back. Throws NOT_FOUND, FORBIDDEN (their own, one of both is no operator any more, or it is about the
 * caller), PROPOSAL_EXPIRED, PROPOSAL_STATE_CONFLICT (`state`) when it was decided before, SECOND_FACTOR_NEEDED where it wants a fresh code, INVALID_INPUT when it does not
 * pass today's contract, and what the use case throws: then the proposal has failed.
 *
 * It is `executing`, committed, before anything is done. When the process dies then, or the use case fails without saying
 * whether it did anything, it stays so, an alarm says it, and a person looks: nothing is done a second time.
 */
export async function decideProposal(ctx: SignedInCtx, input: DecideProposalInput): Promise<Proposal> {
  const { proposalId, approve, reason } = input;
  return await withDecisionLock(ctx.live, async () => {
    const proposal = await findProposal(ctx.live, proposalId);
    if (!proposal) throw new BizError("NOT_FOUND", { field: "proposalId" });
    const action = findDualAction(proposal.action);
    const parsed = action && readInput(action, proposal);
    if (approve && proposal.state === "pending" && action && parsed) {
      const concerned = await action.concerns?.(ctx, parsed.input);
      if (concerned === ctx.session.userId) throw new BizError("FORBIDDEN");
      if (await action.needsFreshFactor?.(ctx, parsed.input, await getFourEyes(ctx)))
        await requireFreshFactor(ctx);
    }
    const by = { actorId: ctx.session.userId, reason, traceId: ctx.traceId };
    const claimed = await claimProposal(ctx.live, { proposalId, approve, ...by });
    const refusal = REFUSALS[claimed.outcome];
    if (refusal) throw new BizError(refusal, { state: proposal.state });
    if (claimed.outcome === "claimed" && "proposer" in claimed && claimed.proposer) {
      await execute(ctx, proposal, action, parsed, claimed.proposer);
    }
    return await getProposal(ctx, proposalId);
  });
}

/** What was proposed, as today's contract reads it; undefined when that is not the same. */
function readInput(action: DualAction, { input, inputHash }: ProposalRow): { input: unknown } | undefined {
  const parsed = action.input.safeParse(input);
  return parsed.success && hashInput(parsed.data) === inputHash ? { input: parsed.data } : undefined;
}

async function execute(
  ctx: SignedInCtx,
  { proposalId, action: name, subject }: ProposalRow,
  action: DualAction | undefined,
  parsed: { input: unknown } | undefined,
  proposer: OperatorRow,
): Promise<void> {
  const approval = { proposalId, approvedBy: ctx.session.userId };
  const session = { ...ctx.session, ...proposer, role: "operator" as const };
  try {
    if (!action || !parsed) throw new BizError("INVALID_INPUT");
    const result = await action.run(inNameOf(ctx, session, approval), parsed.input);
    await finishProposal(ctx.live, { proposalId, outcome: { result } });
  } catch (error) {
    if (error instanceof BizError && error.code < UNCLEAR_FROM_CODE) {
      await finishProposal(ctx.live, { proposalId, outcome: { failed: error.bizName } });
    } else {
      await raiseAlarm(ctx, {
        kind: "approval.outcome_unclear",
        subject: `proposal:${proposalId}`,
        facts: { action: name, subject },
        traceId: ctx.traceId,
      });
    }
    throw error;
  }
}

/**
 * Says what a person found out about a proposal that was cut off while it was executed. Does nothing itself. Waits for
 * whoever may still be at it. Throws NOT_FOUND, PROPOSAL_STATE_CONFLICT (`state`).
 */
export async function resolveCutOffProposal(
  ctx: SignedInCtx,
  input: ResolveProposalInput,
): Promise<Proposal> {
  const by = { actorId: ctx.session.userId, traceId: ctx.traceId };
  return await withDecisionLock(ctx.live, async () => {
    const isResolved = await resolveProposal(ctx.live, { ...input, ...by });
    const proposal = await getProposal(ctx, input.proposalId);
    if (!isResolved) throw new BizError("PROPOSAL_STATE_CONFLICT", { state: proposal.state });
    return proposal;
  });
}

async function getProposal(ctx: SignedInCtx, proposalId: string): Promise<Proposal> {
  const row = await findProposal(ctx.live, proposalId);
  if (!row) throw new BizError("NOT_FOUND", { field: "proposalId" });
  return showProposal(row);
}
