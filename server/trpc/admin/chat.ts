import { RemovedChatInput, RemovedSearchInput } from "@/domain/contracts/room";
import { listRemovedMessages } from "../../services/chat/list-removed";
import { searchRemovedMessages } from "../../services/chat/search-removed";
import { contract } from "../contract";
import { operator } from "../init";

export const adminChat = {
  removed: operator
    .input(contract(RemovedChatInput))
    .query(({ ctx, input }) => listRemovedMessages(ctx, input)),
  searchRemoved: operator
    .input(contract(RemovedSearchInput))
    .query(({ ctx, input }) => searchRemovedMessages(ctx, input)),
};
