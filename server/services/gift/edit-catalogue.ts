import { randomUUID } from "node:crypto";
import { findGift, insertGift, updateGiftRow } from "@/db/live/queries/gift-catalogue";
import { BizError } from "@/domain/contracts/errors";
import type { GiftCreateInput, GiftDisableInput, GiftUpdateInput } from "@/domain/contracts/gift";
import {
  catalogueChangedChannel,
  giftChangingKey,
  giftGenerationKey,
  giftItemKey,
  giftListKey,
} from "@/platform/redis/keys";
import { actingOperator } from "../approval/acting-operator";
import type { Ctx, SignedInCtx } from "../context";
import { requireGiftFile, type SavedGiftFile } from "../gift-file/check-gift-file";
import type { Internet } from "../gift-file/fetch-gift-file";
import { dropLocalCatalogue } from "./catalogue";

/** Longer than a statement may run: a change that has not committed by then never will. */
const CHANGING_SECONDS = 30;

/** Throws MEDIA_HOST_REFUSED, GIFT_FILE_REFUSED; INVALID_INPUT on `giftId` when the id is taken. */
export async function createGift(
  ctx: SignedInCtx,
  input: GiftCreateInput,
  internet?: Internet,
): Promise<{ giftId: string }> {
  const { giftId, reason, ...facts } = input;
  const file = facts.svgaUrl ? await requireGiftFile(ctx, facts.svgaUrl, internet) : undefined;
  const by = { ...actingOperator(ctx, reason ?? null), file };
  const created = await announcing(ctx, giftId, () => insertGift(ctx.live, { giftId, ...facts }, by));
  if (!created) throw new BizError("INVALID_INPUT", { field: "giftId" });
  return { giftId };
}

/**
 * Gifts already on their way keep the price they were accepted at. Throws NOT_FOUND, MEDIA_HOST_REFUSED,
 * GIFT_FILE_REFUSED.
 */
export async function updateGift(
  ctx: SignedInCtx,
  input: GiftUpdateInput,
  internet?: Internet,
): Promise<{ giftId: string }> {
  const { giftId, reason, svgaUrl, ...changes } = input;
  if (svgaUrl && svgaUrl === (await findGift(ctx.live, giftId))?.svgaUrl) {
    // It is the gift's file already: not asked for again, and not written over one that somebody saves meanwhile.
    await change(ctx, giftId, changes, reason);
  } else {
    const file = svgaUrl ? await requireGiftFile(ctx, svgaUrl, internet) : undefined;
    await change(ctx, giftId, { ...changes, svgaUrl }, reason, file);
  }
  return { giftId };
}

/** Takes a gift off sale; orders already accepted are still paid. Throws NOT_FOUND. */
export async function disableGift(ctx: SignedInCtx, input: GiftDisableInput): Promise<{ giftId: string }> {
  const { giftId, reason } = input;
  await change(ctx, giftId, { enabled: false }, reason);
  return { giftId };
}

async function change(
  ctx: SignedInCtx,
  giftId: string,
  changes: Parameters<typeof updateGiftRow>[2],
  reason: string | undefined,
  file?: SavedGiftFile,
): Promise<void> {
  const by = { ...actingOperator(ctx, reason ?? null), file };
  const changed = await announcing(ctx, giftId, () => updateGiftRow(ctx.live, giftId, changes, by));
  if (!changed) throw new BizError("NOT_FOUND", { giftId });
}

/**
 * Makes a change and tells everybody. Cached answers go before the change and again after it, and in between nothing is
 * stored; should this process die in the middle, the mark runs out and the next reader finds the new value.
 */
async function announcing(ctx: Ctx, giftId: string, change: () => Promise<boolean>): Promise<boolean> {
  // A generation's name was never used before: a count that was lost would come to the same number again.
  const forget = () =>
    ctx.redis.multi().set(giftGenerationKey, randomUUID()).del(giftListKey, giftItemKey(giftId));
  await forget().set(giftChangingKey, "1", "EX", CHANGING_SECONDS).exec();
  const changed = await change();
  await forget().del(giftChangingKey).exec();
  dropLocalCatalogue(ctx);
  await ctx.redis.publish(catalogueChangedChannel, giftId);
  return changed;
}
