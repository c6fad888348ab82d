import type { RoomDetail } from "@/domain/contracts/room";
import type { RestrictionChange } from "../../push/use-room-events";

/** The room as its viewer sees it after a kick or a mute, or after one was undone. */
export function applyRestriction(room: RoomDetail, change: RestrictionChange): RoomDetail {
  const { restrictions } = room;
  switch (change.event) {
    case "viewer.kicked":
      return {
        ...room,
        restrictions: { ...restrictions, kickedUntil: change.until, kickReason: change.reason },
      };
    case "viewer.muted":
      return {
        ...room,
        restrictions: { ...restrictions, mutedUntil: change.until, muteReason: change.reason },
      };
    case "viewer.restored":
      return { ...room, restrictions: { ...restrictions, kickedUntil: null, kickReason: null } };
    case "viewer.unmuted":
      return { ...room, restrictions: { ...restrictions, mutedUntil: null, muteReason: null } };
  }
}
