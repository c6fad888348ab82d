import { ChatReportInput } from "@/domain/contracts/chat-reports";
import { ChatDeleteInput } from "@/domain/contracts/moderation";
import { ChatHistoryInput, ChatRemoveInput, ChatSendInput } from "@/domain/contracts/room";
import { listChatHistory } from "../../services/chat/list-history";
import { removeMessage } from "../../services/chat/remove-message";
import { reportMessage } from "../../services/chat/reports";
import { deleteMessage } from "../../services/chat/restore-message";
import { sendChatMessage } from "../../services/chat/send-message";
import { contract } from "../contract";
import { anyone, member, signedIn } from "../init";

export const viewerChat = {
  send: signedIn.input(contract(ChatSendInput)).mutation(({ ctx, input }) => sendChatMessage(ctx, input)),
  remove: signedIn.input(contract(ChatRemoveInput)).mutation(({ ctx, input }) => removeMessage(ctx, input)),
  delete: signedIn.input(contract(ChatDeleteInput)).mutation(({ ctx, input }) => deleteMessage(ctx, input)),
  report: member.input(contract(ChatReportInput)).mutation(({ ctx, input }) => reportMessage(ctx, input)),
  history: anyone.input(contract(ChatHistoryInput)).query(({ ctx, input }) => listChatHistory(ctx, input)),
};
