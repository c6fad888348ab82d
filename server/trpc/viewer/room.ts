import { BanRoomInput, EditRoomInput, RoomSearchInput, UnbanRoomInput } from "@/domain/contracts/people";
import {
  EventsAfterInput,
  FreeInput,
  KickInput,
  RestrictInput,
  RoomIdInput,
  RoomListInput,
  RoomOpenInput,
  RoomSessionsInput,
  RoomSettingsInput,
  RoomTopInput,
} from "@/domain/contracts/room";
import { banRoom, unbanRoom } from "../../services/room/ban-room";
import { closeRoom } from "../../services/room/close-room";
import { editRoom } from "../../services/room/edit-room";
import { findMyRoom } from "../../services/room/find-my-room";
import { restoreViewer, unmuteViewer } from "../../services/room/free-viewer";
import { getRoom } from "../../services/room/get-room";
import { getRoomStats } from "../../services/room/get-room-stats";
import { getTop } from "../../services/room/get-top";
import { listEventsAfter } from "../../services/room/list-events-after";
import { listRestricted } from "../../services/room/list-restricted";
import { listRooms } from "../../services/room/list-rooms";
import { listSessions } from "../../services/room/list-sessions";
import { openRoom } from "../../services/room/open-room";
import { kickViewer, muteViewer } from "../../services/room/restrict-viewer";
import { searchRooms } from "../../services/room/search-rooms";
import { updateSettings } from "../../services/room/update-settings";
import { contract } from "../contract";
import { anchor, anyone, fromReplica, moderator, operator, operatorAlone, router } from "../init";

export const roomRouter = router({
  list: anyone.input(contract(RoomListInput)).query(({ ctx, input }) => listRooms(ctx, input)),
  get: anyone.input(contract(RoomIdInput)).query(({ ctx, input }) => getRoom(ctx, input)),
  mine: anchor.query(({ ctx }) => findMyRoom(ctx)),
  open: anchor.input(contract(RoomOpenInput)).mutation(({ ctx, input }) => openRoom(ctx, input)),
  close: anchor.input(contract(RoomIdInput)).mutation(({ ctx, input }) => closeRoom(ctx, input)),
  eventsAfter: anyone
    .input(contract(EventsAfterInput))
    .query(({ ctx, input }) => listEventsAfter(ctx, input)),
  top: anyone.input(contract(RoomTopInput)).query(({ ctx, input }) => getTop(ctx, input)),
  stats: anchor.input(contract(RoomIdInput)).query(({ ctx, input }) => getRoomStats(ctx, input)),
  sessions: anchor
    .use(fromReplica)
    .input(contract(RoomSessionsInput.prefault({})))
    .query(({ ctx, input }) => listSessions(ctx, input)),
  updateSettings: anchor
    .input(contract(RoomSettingsInput))
    .mutation(({ ctx, input }) => updateSettings(ctx, input)),
  kick: moderator.input(contract(KickInput)).mutation(({ ctx, input }) => kickViewer(ctx, input)),
  mute: moderator.input(contract(RestrictInput)).mutation(({ ctx, input }) => muteViewer(ctx, input)),
  restore: moderator.input(contract(FreeInput)).mutation(({ ctx, input }) => restoreViewer(ctx, input)),
  unmute: moderator.input(contract(FreeInput)).mutation(({ ctx, input }) => unmuteViewer(ctx, input)),
  restricted: moderator.input(contract(RoomIdInput)).query(({ ctx, input }) => listRestricted(ctx, input)),
  search: operator
    .input(contract(RoomSearchInput.prefault({})))
    .query(({ ctx, input }) => searchRooms(ctx, input)),
  edit: operatorAlone.input(contract(EditRoomInput)).mutation(({ ctx, input }) => editRoom(ctx, input)),
  ban: operatorAlone.input(contract(BanRoomInput)).mutation(({ ctx, input }) => banRoom(ctx, input)),
  unban: operatorAlone.input(contract(UnbanRoomInput)).mutation(({ ctx, input }) => unbanRoom(ctx, input)),
});
