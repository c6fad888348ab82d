import { insertShare, listAllShares } from "@/db/finance/queries/shares";
import { findPerson, listPeople } from "@/db/live/queries/users";
import { BizError } from "@/domain/contracts/errors";
import type { SetShareInput, ShareItem } from "@/domain/contracts/finance";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";

/** Every share that ever held or will hold, newest first. */
export async function listShares(ctx: SignedInCtx): Promise<ShareItem[]> {
  const rows = await listAllShares(ctx.finance);
  const anchorIds = [...new Set(rows.flatMap((row) => row.anchorId ?? []))];
  const names = new Map((await listPeople(ctx.live, anchorIds)).map((p) => [p.userId, p.nickname]));
  return rows.map((row) => ({
    anchorId: row.anchorId,
    anchorName: row.anchorId && (names.get(row.anchorId) ?? null),
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
    reason: input.reason ?? null,
    traceId: ctx.traceId,
    approval: ctx.approval,
  });
  if (result === "in-past") throw new BizError("SHARE_IN_PAST", { field: "effectiveAt" });
  if (result === "exists") throw new BizError("INVALID_INPUT", { field: "effectiveAt" });
  const person = input.anchorId ? await findPerson(ctx.live, input.anchorId) : undefined;
  return {
    anchorId: input.anchorId,
    anchorName: person?.nickname ?? null,
    shareBps: input.shareBps,
    effectiveAt: effectiveAt.toISOString(),
    createdAt: sharedNow().toISOString(),
  };
}
