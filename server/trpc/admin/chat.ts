import { TryWordsInput } from "@/domain/contracts/chat-words";
import { RemovedChatInput, RemovedSearchInput } from "@/domain/contracts/removed-chat";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { getChatWords, tryWords } from "../../services/chat/chat-words";
import { listRemovedMessages } from "../../services/chat/list-removed";
import { searchRemovedMessages } from "../../services/chat/search-removed";
import { contract } from "../contract";
import { operator, operatorWithSecond } from "../init";

export const adminChat = {
  removed: operator
    .input(contract(RemovedChatInput))
    .query(({ ctx, input }) => listRemovedMessages(ctx, input)),
  searchRemoved: operator
    .input(contract(RemovedSearchInput))
    .query(({ ctx, input }) => searchRemovedMessages(ctx, input)),
  words: operator.query(({ ctx }) => getChatWords(ctx)),
  setWords: operatorWithSecond(DUAL_ACTIONS.setChatWords),
  tryWords: operator.input(contract(TryWordsInput)).query(({ ctx, input }) => tryWords(ctx, input)),
};
