import { listProposals as list, type ProposalRow } from "@/db/live/queries/proposals";
import type { Proposal, ProposalsInput } from "@/domain/contracts/approval";
import type { SignedInCtx } from "../context";

export function showProposal({ inputHash: _, ...proposal }: ProposalRow): Proposal {
  return proposal;
}

/** Proposals that wait for a second operator or for a word about what came of them; or all. Newest first. */
export async function listProposals(
  ctx: SignedInCtx,
  input: ProposalsInput,
): Promise<{ items: Proposal[]; nextCursor: string | null }> {
  const { all, cursor, limit } = input;
  const rows = await list(ctx.live, { all, before: cursor, limit });
  const last = rows.at(-1);
  return {
    items: rows.map(showProposal),
    nextCursor: rows.length === limit && last ? last.proposalId : null,
  };
}
