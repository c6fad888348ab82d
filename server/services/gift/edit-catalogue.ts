import { randomUUID } from "node:crypto";
import { insertGift, updateGiftRow } from "@/db/live/queries/gift-catalogue";
import { BizError } from "@/server/contracts/errors";
import type { GiftCreateInput, GiftUpdateInput } from "@/server/contracts/gift";
import { catalogueChangedChannel, giftGenerationKey, giftItemKey, giftListKey } from "@/server/redis/keys";
import type { Ctx } from "../context";
import { dropLocalCatalogue } from "./catalogue";

/** Throws INVALID_INPUT on `giftId` when the id is taken. */
export async function createGift(ctx: Ctx, input: GiftCreateInput): Promise<{ giftId: string }> {
  if (!(await insertGift(ctx.live, input))) throw new BizError("INVALID_INPUT", { field: "giftId" });
  await announceChange(ctx, input.giftId);
  return { giftId: input.giftId };
}

/** Gifts already on their way keep the price they were accepted at. Throws NOT_FOUND. */
export async function updateGift(ctx: Ctx, input: GiftUpdateInput): Promise<{ giftId: string }> {
  if (!(await updateGiftRow(ctx.live, input))) throw new BizError("NOT_FOUND", { giftId: input.giftId });
  await announceChange(ctx, input.giftId);
  return { giftId: input.giftId };
}

/** Takes a gift off sale; orders already accepted are still paid. Throws NOT_FOUND. */
export async function disableGift(ctx: Ctx, input: { giftId: string }): Promise<{ giftId: string }> {
  if (!(await updateGiftRow(ctx.live, { giftId: input.giftId, enabled: false }))) {
    throw new BizError("NOT_FOUND", { giftId: input.giftId });
  }
  await announceChange(ctx, input.giftId);
  return { giftId: input.giftId };
}

/** After the change is committed: cached answers go, readers that began before it cannot store theirs. */
async function announceChange(ctx: Ctx, giftId: string): Promise<void> {
  // A name that was never used: a count that was lost would come to the same number again.
  await ctx.redis.multi().set(giftGenerationKey, randomUUID()).del(giftListKey, giftItemKey(giftId)).exec();
  dropLocalCatalogue(ctx);
  await ctx.redis.publish(catalogueChangedChannel, giftId);
}
