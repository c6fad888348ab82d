import { insertCategory, listCategoriesWithRooms, updateCategory } from "@/db/live/queries/room-categories";
import type { CategoryCreateInput, CategoryItem, CategoryUpdateInput } from "@/domain/contracts/category";
import { BizError } from "@/domain/contracts/errors";
import { OTHER_CATEGORY } from "@/domain/rules/topics";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { announceCategories } from "./list-categories";

/** Every category, retired or not, as the database says now. */
export async function listAllCategories({ live }: SignedInCtx): Promise<{ items: CategoryItem[] }> {
  const rows = await listCategoriesWithRooms(live);
  return {
    items: rows.map(({ id, nameEn, nameZh, updatedAt, ...row }) => ({
      ...row,
      categoryId: id,
      name: { en: nameEn, zh: nameZh },
      updatedAt: updatedAt.toISOString(),
    })),
  };
}

/** Adds a category that anchors can choose. Throws INVALID_INPUT on `categoryId` when the id is taken. */
export async function createCategory(
  ctx: SignedInCtx,
  input: CategoryCreateInput,
): Promise<{ categoryId: string }> {
  const { categoryId, reason, ...facts } = input;
  const isMade = await insertCategory(ctx.live, categoryId, facts, actingOperator(ctx, reason));
  if (!isMade) throw new BizError("INVALID_INPUT", { field: "categoryId" });
  await announceCategories(ctx);
  return { categoryId };
}

/**
 * Renames, moves, retires a category or takes it into use again; its rooms keep it. Throws NOT_FOUND; INVALID_INPUT on
 * `enabled` for the one in which everything stands that fits nowhere else.
 */
export async function changeCategory(
  ctx: SignedInCtx,
  input: CategoryUpdateInput,
): Promise<{ categoryId: string }> {
  const { categoryId, reason, ...changes } = input;
  if (categoryId === OTHER_CATEGORY && changes.enabled === false) {
    throw new BizError("INVALID_INPUT", { field: "enabled" });
  }
  const isChanged = await updateCategory(ctx.live, categoryId, changes, actingOperator(ctx, reason));
  if (!isChanged) throw new BizError("NOT_FOUND", { field: "categoryId" });
  await announceCategories(ctx);
  return { categoryId };
}
