import { insertShare, listAllShares } from "@/db/finance/queries/shares";
import { BizError } from "@/server/contracts/errors";
import type { SetShareInput } from "@/server/contracts/finance";
import type { SignedInCtx } from "../context";

export interface ShareItem {
  anchorId: string | null;
  shareBps: number;
  effectiveAt: string;
  createdAt: string;
}

/** Every share that ever held or will hold, newest first. */
export async function listShares(ctx: SignedInCtx): Promise<ShareItem[]> {
  const rows = await listAllShares(ctx.finance);
  return rows.map((row) => ({
    anchorId: row.anchorId,
    shareBps: row.shareBps,
    effectiveAt: new Date(row.effectiveAtMs).toISOString(),
    createdAt: row.createdAt.toISOString(),
  }));
}

/**
 * A share from a future instant on. Throws SHARE_IN_PAST: gifts that were already sent keep the share they were sent
 * under. Throws INVALID_INPUT when that instant already has a share.
 */
export async function setShare(ctx: SignedInCtx, input: SetShareInput): Promise<ShareItem> {
  const effectiveAt = new Date(input.effectiveAt);
  const result = await insertShare(ctx.finance, {
    anchorId: input.anchorId,
    shareBps: input.shareBps,
    effectiveAt,
    createdBy: ctx.session.userId,
  });
  if (result === "in-past") throw new BizError("SHARE_IN_PAST", { field: "effectiveAt" });
  if (result === "exists") throw new BizError("INVALID_INPUT", { field: "effectiveAt" });
  return {
    anchorId: input.anchorId,
    shareBps: input.shareBps,
    effectiveAt: effectiveAt.toISOString(),
    createdAt: new Date().toISOString(),
  };
}
