import { startTransition, useState } from "react";
import type { RoomDetail } from "@/domain/contracts/room";
import { useHandler } from "../../../lib/use-handler";
import type { RoomUser } from "../../session/use-room-session";
import { isModeratorIn, type ModerationTarget } from "./powers";

/** What of moderation is open in a room, and what of it the person may open. */
export function useRoomModeration(room: RoomDetail, me: RoomUser | null) {
  const [picked, setPicked] = useState<ModerationTarget | null>(null);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const isModerator = isModeratorIn(me, { anchorId: room.anchor.userId, moderatorIds: room.moderatorIds });
  const openLine = useHandler((line: ModerationTarget) => startTransition(() => setPicked(line)));
  const openSheet = useHandler(() => startTransition(() => setSheetOpen(true)));
  const onCloseSheet = useHandler(() => setSheetOpen(false));
  return {
    isModerator,
    openSheet: isModerator ? openSheet : undefined,
    onModerate: isModerator ? openLine : undefined,
    onReport: me !== null && me.role !== "guest" ? openLine : undefined,
    onOwn: openLine,
    parts: { room, me, isModerator, picked, onPick: setPicked, isSheetOpen, onCloseSheet },
  };
}
