"use client";

import type { Role } from "@/domain/contracts/ids";
import type { RoomDetail } from "@/domain/contracts/room";
import { lazyPart } from "../../../lib/lazy-part";
import type { ModerationTarget } from "./powers";

const ModerationDialog = lazyPart(() => import("./moderation-dialog").then((m) => m.ModerationDialog));
const ReportDialog = lazyPart(() => import("./report-dialog").then((m) => m.ReportDialog));
const ModeratorSheet = lazyPart(() => import("./moderator-sheet").then((m) => m.ModeratorSheet));

interface RoomModerationProps {
  room: Pick<RoomDetail, "roomId" | "anchor" | "moderatorIds">;
  me: { userId: string; role: Role } | null;
  isModerator: boolean;
  /** Whom something is to be done about; null is nobody. */
  picked: ModerationTarget | null;
  onPick: (target: ModerationTarget | null) => void;
  isSheetOpen: boolean;
  onCloseSheet: () => void;
}

/** What moderators do in a room, authors about their messages, and others who report one; loaded when somebody first does. */
export function RoomModeration({
  room,
  me,
  isModerator,
  picked,
  onPick,
  isSheetOpen,
  onCloseSheet,
}: RoomModerationProps) {
  const ranks = { anchorId: room.anchor.userId, moderatorIds: room.moderatorIds };
  const isOwn = picked !== null && picked.sender.userId === me?.userId;
  const toReport =
    !isModerator && !isOwn && picked?.messageId !== undefined
      ? { ...picked, messageId: picked.messageId }
      : null;
  return (
    <>
      {isModerator && isSheetOpen ? (
        <ModeratorSheet roomId={room.roomId} onPick={onPick} onClose={onCloseSheet} />
      ) : null}
      {toReport ? <ReportDialog roomId={room.roomId} target={toReport} onClose={() => onPick(null)} /> : null}
      {isModerator || isOwn ? (
        <ModerationDialog
          roomId={room.roomId}
          target={picked}
          me={me}
          ranks={ranks}
          onClose={() => onPick(null)}
        />
      ) : null}
    </>
  );
}
