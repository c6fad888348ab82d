import { ProductDisableInput } from "@/domain/contracts/recharge";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { disableProduct, listAllProducts } from "../../services/recharge/edit-products";
import { contract } from "../contract";
import { operator, operatorAlone, operatorWithSecond } from "../init";

export const adminProduct = {
  list: operator.query(({ ctx }) => listAllProducts(ctx)),
  create: operatorWithSecond(DUAL_ACTIONS.createProduct),
  update: operatorWithSecond(DUAL_ACTIONS.updateProduct),
  disable: operatorAlone
    .input(contract(ProductDisableInput))
    .mutation(({ ctx, input }) => disableProduct(ctx, input)),
};
