import { ChatHistoryInput, ChatRemoveInput, ChatSendInput } from "@/domain/contracts/room";
import { listChatHistory } from "../../services/chat/list-history";
import { removeMessage } from "../../services/chat/remove-message";
import { sendChatMessage } from "../../services/chat/send-message";
import { contract } from "../contract";
import { anyone, signedIn } from "../init";

export const viewerChat = {
  send: signedIn.input(contract(ChatSendInput)).mutation(({ ctx, input }) => sendChatMessage(ctx, input)),
  remove: signedIn.input(contract(ChatRemoveInput)).mutation(({ ctx, input }) => removeMessage(ctx, input)),
  history: anyone.input(contract(ChatHistoryInput)).query(({ ctx, input }) => listChatHistory(ctx, input)),
};
