import { deleteIpBlock, insertIpBlock, listIpBlocks } from "@/db/live/queries/ip-blocks";
import { BizError } from "@/domain/contracts/errors";
import type { BlockIpInput, IpBlocksView, UnblockIpInput } from "@/domain/contracts/ip-blocks";
import { type AddressRange, parseAddressRange } from "@/platform/security/address-range";
import { BlockedRanges } from "@/platform/security/blocked-ranges";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { followIpBlocks } from "./watch-ip-blocks";

/** The addresses that are turned away now, the newest first. */
export async function getIpBlocks(ctx: SignedInCtx): Promise<IpBlocksView> {
  const rows = await listIpBlocks(ctx.live);
  return {
    items: rows.map(({ createdAt, expiresAt, ...row }) => ({
      ...row,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
    ownAddress: ctx.address.text,
  };
}

/**
 * Turns an address or a network away: no page, no call, no socket, on every process within seconds. Blocked again, it has
 * the new reason and end. Throws INVALID_INPUT on `range` with a `reason`, on `expiresAt` when that is past, and on
 * `confirmed` when the caller's own address lies in it and that was not confirmed.
 */
export async function blockIp(ctx: SignedInCtx, input: BlockIpInput): Promise<{ range: string }> {
  const { reason, expiresAt, confirmed } = input;
  const range = requireRange(input.range);
  const isOwn = rangeHas(range, ctx);
  if (isOwn && !confirmed) throw new BizError("INVALID_INPUT", { field: "confirmed", reason: "own-address" });
  const outcome = await insertIpBlock(ctx.live, {
    range: range.text,
    reason,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
    by: actingOperator(ctx, reason),
  });
  if (outcome === "past") throw new BizError("INVALID_INPUT", { field: "expiresAt" });
  if (outcome === "full") throw new BizError("INVALID_INPUT", { field: "range", reason: "full" });
  await holdsHere(ctx);
  return { range: range.text };
}

/** Lets a range in again, named as the list names it. Throws NOT_FOUND when it is not blocked. */
export async function unblockIp(ctx: SignedInCtx, input: UnblockIpInput): Promise<{ range: string }> {
  const range = requireRange(input.range);
  const isLifted = await deleteIpBlock(ctx.live, range.text, actingOperator(ctx, input.reason));
  if (!isLifted) throw new BizError("NOT_FOUND", { field: "range" });
  await holdsHere(ctx);
  return { range: range.text };
}

function requireRange(text: string): AddressRange {
  const range = parseAddressRange(text);
  if (typeof range === "string") throw new BizError("INVALID_INPUT", { field: "range", reason: range });
  return range;
}

function rangeHas({ text }: AddressRange, { address }: SignedInCtx): boolean {
  const alone = new BlockedRanges();
  alone.hold([{ range: text, leftMs: null }]);
  return alone.has(address);
}

/** Here at once; it is stored in any case, and the watch of this process comes to it as all others do. */
async function holdsHere(ctx: SignedInCtx): Promise<void> {
  await followIpBlocks(ctx).catch((error: unknown) => {
    ctx.log.warn({ reason: String(error) }, "a changed list of addresses holds here a little later");
  });
}
