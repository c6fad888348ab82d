import { ChatHideInput } from "@/domain/contracts/room";
import { hideWords } from "../../services/chat/hide-words";
import { contract } from "../contract";
import { moderator } from "../init";

export const studioChat = {
  hide: moderator.input(contract(ChatHideInput)).mutation(({ ctx, input }) => hideWords(ctx, input)),
};
