import { ChatHistoryInput, ChatSendInput } from "../../contracts/room";
import { listChatHistory } from "../../services/chat/list-history";
import { sendChatMessage } from "../../services/chat/send-message";
import { contract } from "../contract";
import { anyone, router, signedIn } from "../init";

export const chatRouter = router({
  send: signedIn.input(contract(ChatSendInput)).mutation(({ ctx, input }) => sendChatMessage(ctx, input)),
  history: anyone.input(contract(ChatHistoryInput)).query(({ ctx, input }) => listChatHistory(ctx, input)),
});
