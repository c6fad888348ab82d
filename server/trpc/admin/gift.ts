import { GiftCreateInput, GiftDisableInput, GiftSearchInput, GiftUpdateInput } from "@/domain/contracts/gift";
import { GiftFileInput } from "@/domain/contracts/gift-file";
import { GiftRefundInput, RefundsInput } from "@/domain/contracts/refund";
import { listCatalogue } from "../../services/gift/catalogue";
import { createGift, disableGift, updateGift } from "../../services/gift/edit-catalogue";
import { searchOrders } from "../../services/gift/search-orders";
import { checkGiftFile } from "../../services/gift-file/check-gift-file";
import { listGiftRefunds } from "../../services/refund/list-refunds";
import { refundGift } from "../../services/refund/refund-gift";
import { contract } from "../contract";
import { operator, operatorAlone } from "../init";

export const adminGift = {
  search: operator.input(contract(GiftSearchInput)).query(({ ctx, input }) => searchOrders(ctx, input)),
  refund: operatorAlone.input(contract(GiftRefundInput)).mutation(({ ctx, input }) => refundGift(ctx, input)),
  refunds: operator.input(contract(RefundsInput)).query(({ ctx, input }) => listGiftRefunds(ctx, input)),
  catalogue: operator.query(({ ctx }) => listCatalogue(ctx)),
  checkFile: operator.input(contract(GiftFileInput)).query(({ ctx, input }) => checkGiftFile(ctx, input)),
  create: operatorAlone.input(contract(GiftCreateInput)).mutation(({ ctx, input }) => createGift(ctx, input)),
  update: operatorAlone.input(contract(GiftUpdateInput)).mutation(({ ctx, input }) => updateGift(ctx, input)),
  disable: operatorAlone
    .input(contract(GiftDisableInput))
    .mutation(({ ctx, input }) => disableGift(ctx, input)),
};
