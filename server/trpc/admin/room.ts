import { BanRoomInput, EditRoomInput, RoomSearchInput, UnbanRoomInput } from "@/domain/contracts/people";
import { banRoom, unbanRoom } from "../../services/room/ban-room";
import { editRoom } from "../../services/room/edit-room";
import { searchRooms } from "../../services/room/search-rooms";
import { contract } from "../contract";
import { operator, operatorAlone } from "../init";

export const adminRoom = {
  search: operator
    .input(contract(RoomSearchInput.prefault({})))
    .query(({ ctx, input }) => searchRooms(ctx, input)),
  edit: operatorAlone.input(contract(EditRoomInput)).mutation(({ ctx, input }) => editRoom(ctx, input)),
  ban: operatorAlone.input(contract(BanRoomInput)).mutation(({ ctx, input }) => banRoom(ctx, input)),
  unban: operatorAlone.input(contract(UnbanRoomInput)).mutation(({ ctx, input }) => unbanRoom(ctx, input)),
};
