import {
  GiftCreateInput,
  GiftDisableInput,
  GiftGetInput,
  GiftHistoryInput,
  GiftSearchInput,
  GiftSendInput,
  GiftStatusInput,
  GiftUpdateInput,
} from "@/domain/contracts/gift";
import { GiftFileInput } from "@/domain/contracts/gift-file";
import { GiftRefundInput, RefundsInput } from "@/domain/contracts/refund";
import { readCanonicalSend } from "../../fast-path/canonical-inputs";
import { getGift, listCatalogue, listGifts } from "../../services/gift/catalogue";
import { createGift, disableGift, updateGift } from "../../services/gift/edit-catalogue";
import { getGiftStatus } from "../../services/gift/get-gift-status";
import { listGiftHistory } from "../../services/gift/list-gift-history";
import { searchOrders } from "../../services/gift/search-orders";
import { sendGiftUnlessKicked } from "../../services/gift/send-gift-unless-kicked";
import { checkGiftFile } from "../../services/gift-file/check-gift-file";
import { listGiftRefunds } from "../../services/refund/list-refunds";
import { refundGift } from "../../services/refund/refund-gift";
import { contract } from "../contract";
import { anyone, fromReplica, giver, operator, operatorAlone, router, viewer } from "../init";

export const giftRouter = router({
  list: anyone.query(({ ctx }) => listGifts(ctx)),
  get: anyone.input(contract(GiftGetInput)).query(({ ctx, input }) => getGift(ctx, input)),
  send: giver
    .input(contract(GiftSendInput, readCanonicalSend))
    .mutation(({ ctx, input }) => sendGiftUnlessKicked(ctx, input)),
  status: viewer.input(contract(GiftStatusInput)).query(({ ctx, input }) => getGiftStatus(ctx, input)),
  history: viewer
    .use(fromReplica)
    .input(contract(GiftHistoryInput))
    .query(({ ctx, input }) => listGiftHistory(ctx, input)),
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
});
