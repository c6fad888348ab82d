import { RoomPeopleInput, SetModeratorInput } from "@/domain/contracts/moderation";
import {
  FreeInput,
  KickInput,
  RestrictInput,
  RoomIdInput,
  RoomOpenInput,
  RoomSessionsInput,
  RoomSettingsInput,
} from "@/domain/contracts/room";
import { closeRoom } from "../../services/room/close-room";
import { findMyRoom } from "../../services/room/find-my-room";
import { restoreViewer, unmuteViewer } from "../../services/room/free-viewer";
import { getRoomStats } from "../../services/room/get-room-stats";
import { listRestricted } from "../../services/room/list-restricted";
import { listSessions } from "../../services/room/list-sessions";
import { listPeople, setModerator } from "../../services/room/moderators";
import { openRoom } from "../../services/room/open-room";
import { kickViewer, muteViewer } from "../../services/room/restrict-viewer";
import { updateSettings } from "../../services/room/update-settings";
import { contract } from "../contract";
import { anchor, fromReplica, moderator } from "../init";

export const studioRoom = {
  mine: anchor.query(({ ctx }) => findMyRoom(ctx)),
  open: anchor.input(contract(RoomOpenInput)).mutation(({ ctx, input }) => openRoom(ctx, input)),
  close: anchor.input(contract(RoomIdInput)).mutation(({ ctx, input }) => closeRoom(ctx, input)),
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
  setModerator: anchor
    .input(contract(SetModeratorInput))
    .mutation(({ ctx, input }) => setModerator(ctx, input)),
  people: moderator.input(contract(RoomPeopleInput)).query(({ ctx, input }) => listPeople(ctx, input)),
  restricted: moderator.input(contract(RoomIdInput)).query(({ ctx, input }) => listRestricted(ctx, input)),
};
