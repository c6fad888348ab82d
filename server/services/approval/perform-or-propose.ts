import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { z } from "zod";
import { upsertProposal, withDecisionLock } from "@/db/live/queries/proposals";
import { BizError } from "@/domain/contracts/errors";
import type { SignedInCtx } from "../context";
import { requireFreshFactor } from "../second-factor/second-factor";
import type { DualAction } from "./actions";
import { getFourEyes } from "./four-eyes";

/** Long enough for a weekend; what was proposed before that is proposed anew. */
const PROPOSAL_HOURS = 72;
/** Of one operator. */
const PENDING_MAX = 50;

/**
 * Does what one operator may do alone; while four eyes are on, stores it for a second one instead and throws
 * SECOND_OPERATOR_NEEDED (`proposalId`), the same id for the same again. Throws FORBIDDEN for what concerns the caller
 * themselves, SECOND_FACTOR_NEEDED where the action wants a fresh code, RATE_LIMITED when too many of theirs wait, and what the use case throws.
 */
export async function performOrPropose<S extends z.ZodType, R>(
  ctx: SignedInCtx,
  action: DualAction<S, R>,
  input: z.output<S>,
): Promise<R> {
  return await withDecisionLock(ctx.live, async () => {
    const { userId } = ctx.session;
    if ((await action.concerns?.(ctx, input)) === userId) throw new BizError("FORBIDDEN");
    const fourEyes = await getFourEyes(ctx);
    if (await action.needsFreshFactor?.(ctx, input, fourEyes)) await requireFreshFactor(ctx);
    const needsTwo = fourEyes.isOn && (action.needsTwo ? await action.needsTwo(ctx, input, fourEyes) : true);
    if (!needsTwo) return await action.run(ctx, input);
    const before = (await action.before?.(ctx, input)) ?? null;
    const stored = await upsertProposal(
      ctx.live,
      {
        id: uuidv7(),
        action: action.name,
        subject: action.subjectOf(input),
        input: input as object,
        inputHash: hashInput(input),
        before,
        proposedBy: userId,
        reason: action.reasonOf(input),
        traceId: ctx.traceId,
        hours: PROPOSAL_HOURS,
      },
      PENDING_MAX,
    );
    if (stored === "full") throw new BizError("RATE_LIMITED", { field: "proposals" });
    throw new BizError("SECOND_OPERATOR_NEEDED", {
      proposalId: stored.id,
      expiresAt: stored.expiresAt.toISOString(),
    });
  });
}

/** The same for the same input, in whatever order its keys stand. */
export function hashInput(input: unknown): string {
  const sorted = JSON.stringify(input, (_key, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(sorted).digest("hex");
}
