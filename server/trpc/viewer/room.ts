import { EventsAfterInput, RoomIdInput, RoomListInput, RoomTopInput } from "@/domain/contracts/room";
import { getRoom } from "../../services/room/get-room";
import { getTop } from "../../services/room/get-top";
import { listEventsAfter } from "../../services/room/list-events-after";
import { listRooms } from "../../services/room/list-rooms";
import { contract } from "../contract";
import { anyone } from "../init";

export const viewerRoom = {
  list: anyone.input(contract(RoomListInput)).query(({ ctx, input }) => listRooms(ctx, input)),
  get: anyone.input(contract(RoomIdInput)).query(({ ctx, input }) => getRoom(ctx, input)),
  eventsAfter: anyone
    .input(contract(EventsAfterInput))
    .query(({ ctx, input }) => listEventsAfter(ctx, input)),
  top: anyone.input(contract(RoomTopInput)).query(({ ctx, input }) => getTop(ctx, input)),
};
