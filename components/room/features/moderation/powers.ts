import type { Role } from "@/domain/contracts/ids";
import type { ChatMessage } from "@/domain/contracts/room";

/** Whom it is about, and with which message of theirs, if any. */
export type ModerationTarget = Pick<ChatMessage, "sender"> & Partial<Pick<ChatMessage, "messageId" | "text">>;

/** What somebody may do about a message and its author. The server decides; this says what is offered. */
export interface Powers {
  remove: boolean;
  hide: boolean;
  restrict: boolean;
  /** Lets the author moderate the room, or no more. */
  appoint: boolean;
}

/** Of a room, who moderates it. */
export interface RoomRanks {
  anchorId: string;
  moderatorIds: readonly string[];
}

type Person = { userId: string; role: Role };

const rankOf = ({ userId, role }: Person, { anchorId, moderatorIds }: RoomRanks): number =>
  role === "operator" ? 3 : userId === anchorId ? 2 : moderatorIds.includes(userId) ? 1 : 0;

export const isModeratorIn = (me: Person | null, ranks: RoomRanks): boolean =>
  me !== null && rankOf(me, ranks) > 0;

/** @param me who looks; null while signed out */
export function powersOver(
  { sender }: Pick<ChatMessage, "sender">,
  me: Person | null,
  ranks: RoomRanks,
): Powers {
  if (me === null) return { remove: false, hide: false, restrict: false, appoint: false };
  const isOwn = sender.userId === me.userId;
  const [mine, theirs] = [rankOf(me, ranks), rankOf(sender, ranks)];
  // An operator is above other operators' words, and an anchor is nobody's to restrict in their own room.
  const isAbove = mine > 0 && (mine > theirs || mine === 3);
  return {
    remove: isOwn || isAbove,
    hide: isAbove && !isOwn,
    restrict: isAbove && !isOwn && theirs < 2,
    appoint: mine === 2 && theirs < 2 && sender.role !== "guest",
  };
}
