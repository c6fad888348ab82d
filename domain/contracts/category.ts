import { z } from "zod";
import { OperatorReason } from "./ids";
import { readableLine } from "./texts";

/** Short, lower-case, stable. */
export const CategoryId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "must be a category id");

const CategoryFacts = z.object({
  nameEn: readableLine(30),
  nameZh: readableLine(30),
  sortOrder: z.number().int().min(0).max(10_000),
});

export const CategoryCreateInput = CategoryFacts.extend({
  categoryId: CategoryId,
  sortOrder: CategoryFacts.shape.sortOrder.default(100),
  reason: OperatorReason,
});
export type CategoryCreateInput = z.infer<typeof CategoryCreateInput>;

/** What is left out stays as it is. */
export const CategoryUpdateInput = CategoryFacts.partial().extend({
  categoryId: CategoryId,
  /** False retires it: rooms that have it keep it, and nobody can choose it. */
  enabled: z.boolean().optional(),
  reason: OperatorReason,
});
export type CategoryUpdateInput = z.infer<typeof CategoryUpdateInput>;

/** What a category is called. */
export interface CategoryName {
  en: string;
  zh: string;
}

/** One that can be chosen. */
export interface Category {
  categoryId: string;
  name: CategoryName;
}

/** A category as operators see it. */
export interface CategoryItem extends Category {
  sortOrder: number;
  enabled: boolean;
  rooms: number;
  updatedAt: string;
}
