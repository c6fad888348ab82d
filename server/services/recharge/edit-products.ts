import {
  findRechargeProduct,
  insertRechargeProduct,
  listRechargeProducts,
  updateRechargeProduct,
} from "@/db/live/queries/recharge-products";
import { BizError } from "@/domain/contracts/errors";
import type {
  ProductCreateInput,
  ProductDisableInput,
  ProductItem,
  ProductUpdateInput,
} from "@/domain/contracts/recharge";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { announceProducts } from "./list-products";

/** Every product, on sale or not, as the database says now. */
export async function listAllProducts({ live }: SignedInCtx): Promise<ProductItem[]> {
  const rows = await listRechargeProducts(live, "all");
  return rows.map(({ id, coins, priceFen, sortOrder, enabled, updatedAt }) => ({
    productId: id,
    coins,
    priceFen,
    sortOrder,
    enabled,
    updatedAt: updatedAt.toISOString(),
  }));
}

/** Puts a product on sale. Throws INVALID_INPUT on `productId` when the id is taken. */
export async function createProduct(
  ctx: SignedInCtx,
  input: ProductCreateInput,
): Promise<{ productId: string }> {
  const { productId, reason, ...facts } = input;
  const isMade = await insertRechargeProduct(ctx.live, productId, facts, actingOperator(ctx, reason));
  if (!isMade) throw new BizError("INVALID_INPUT", { field: "productId" });
  await announceProducts(ctx);
  return { productId };
}

/** Orders that stand keep the price at which they were made. Throws NOT_FOUND. */
export async function updateProduct(
  ctx: SignedInCtx,
  input: ProductUpdateInput,
): Promise<{ productId: string }> {
  const { productId, reason, ...changes } = input;
  const isChanged = await updateRechargeProduct(ctx.live, productId, changes, actingOperator(ctx, reason));
  if (!isChanged) throw new BizError("NOT_FOUND", { field: "productId" });
  await announceProducts(ctx);
  return { productId };
}

/** Takes a product off sale; orders that stand can still be paid. Throws NOT_FOUND. */
export async function disableProduct(
  ctx: SignedInCtx,
  { productId, reason }: ProductDisableInput,
): Promise<{ productId: string }> {
  return await updateProduct(ctx, { productId, enabled: false, reason });
}

/** How a product stands, for whoever approves a change. Throws NOT_FOUND. */
export async function getProduct({ live }: SignedInCtx, productId: string) {
  const product = await findRechargeProduct(live, productId);
  if (!product) throw new BizError("NOT_FOUND", { field: "productId" });
  const { coins, priceFen, sortOrder, enabled } = product;
  return { coins, priceFen, sortOrder, enabled };
}
