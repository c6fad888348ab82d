import { GiftGetInput, GiftHistoryInput, GiftSendInput, GiftStatusInput } from "@/domain/contracts/gift";
import { readCanonicalSend } from "../../fast-path/canonical-inputs";
import { getGift, listGifts } from "../../services/gift/catalogue";
import { getGiftStatus } from "../../services/gift/get-gift-status";
import { listGiftHistory } from "../../services/gift/list-gift-history";
import { sendGiftUnlessKicked } from "../../services/gift/send-gift-unless-kicked";
import { contract } from "../contract";
import { anyone, fromReplica, giver, viewer } from "../init";

export const viewerGift = {
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
};
