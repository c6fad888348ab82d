import {
  ChatHideInput,
  ChatHistoryInput,
  ChatRemoveInput,
  ChatSendInput,
  RemovedChatInput,
  RemovedSearchInput,
} from "@/domain/contracts/room";
import { hideWords } from "../../services/chat/hide-words";
import { listChatHistory } from "../../services/chat/list-history";
import { listRemovedMessages } from "../../services/chat/list-removed";
import { removeMessage } from "../../services/chat/remove-message";
import { searchRemovedMessages } from "../../services/chat/search-removed";
import { sendChatMessage } from "../../services/chat/send-message";
import { contract } from "../contract";
import { anyone, moderator, operator, router, signedIn } from "../init";

export const chatRouter = router({
  send: signedIn.input(contract(ChatSendInput)).mutation(({ ctx, input }) => sendChatMessage(ctx, input)),
  remove: signedIn.input(contract(ChatRemoveInput)).mutation(({ ctx, input }) => removeMessage(ctx, input)),
  hide: moderator.input(contract(ChatHideInput)).mutation(({ ctx, input }) => hideWords(ctx, input)),
  removed: operator
    .input(contract(RemovedChatInput))
    .query(({ ctx, input }) => listRemovedMessages(ctx, input)),
  searchRemoved: operator
    .input(contract(RemovedSearchInput))
    .query(({ ctx, input }) => searchRemovedMessages(ctx, input)),
  history: anyone.input(contract(ChatHistoryInput)).query(({ ctx, input }) => listChatHistory(ctx, input)),
});
