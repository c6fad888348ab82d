import { DecideReportInput, ReportsInput } from "@/domain/contracts/chat-reports";
import { DecideHeldInput } from "@/domain/contracts/chat-words";
import { ChatRestoreInput } from "@/domain/contracts/moderation";
import { ChatHideInput, RoomIdInput } from "@/domain/contracts/room";
import { decideHeldMessage, listHeldMessages } from "../../services/chat/held-messages";
import { hideWords } from "../../services/chat/hide-words";
import { decideReport, listReports } from "../../services/chat/reports";
import { restoreMessage } from "../../services/chat/restore-message";
import { contract } from "../contract";
import { moderator } from "../init";

export const studioChat = {
  hide: moderator.input(contract(ChatHideInput)).mutation(({ ctx, input }) => hideWords(ctx, input)),
  restore: moderator
    .input(contract(ChatRestoreInput))
    .mutation(({ ctx, input }) => restoreMessage(ctx, input)),
  reports: moderator
    .input(contract(ReportsInput.prefault({})))
    .query(({ ctx, input }) => listReports(ctx, input)),
  decideReport: moderator
    .input(contract(DecideReportInput))
    .mutation(({ ctx, input }) => decideReport(ctx, input)),
  held: moderator.input(contract(RoomIdInput)).query(({ ctx, input }) => listHeldMessages(ctx, input)),
  decideHeld: moderator
    .input(contract(DecideHeldInput))
    .mutation(({ ctx, input }) => decideHeldMessage(ctx, input)),
};
