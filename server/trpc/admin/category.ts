import { CategoryCreateInput, CategoryUpdateInput } from "@/domain/contracts/category";
import { changeCategory, createCategory, listAllCategories } from "../../services/category/edit-categories";
import { contract } from "../contract";
import { operator, operatorAlone } from "../init";

export const adminCategory = {
  all: operator.query(({ ctx }) => listAllCategories(ctx)),
  create: operatorAlone
    .input(contract(CategoryCreateInput))
    .mutation(({ ctx, input }) => createCategory(ctx, input)),
  update: operatorAlone
    .input(contract(CategoryUpdateInput))
    .mutation(({ ctx, input }) => changeCategory(ctx, input)),
};
