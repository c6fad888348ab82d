import type { Role } from "@/domain/contracts/ids";
import type { ChatMessage } from "@/domain/contracts/room";

/** What somebody may do about a message and its author. The server decides; this says what is offered. */
export interface Powers {
  remove: boolean;
  hide: boolean;
  restrict: boolean;
}

/** @param me who looks; null while signed out */
export function powersOver(
  { sender }: Pick<ChatMessage, "sender">,
  me: { userId: string; role: Role } | null,
  anchorId: string,
): Powers {
  if (me === null) return { remove: false, hide: false, restrict: false };
  const isOwn = sender.userId === me.userId;
  const isModerator = me.role === "operator" || me.userId === anchorId;
  const isAbove = isModerator && (sender.role !== "operator" || me.role === "operator");
  return {
    remove: isOwn || isAbove,
    hide: isAbove && !isOwn,
    restrict: isModerator && !isOwn && sender.userId !== anchorId && sender.role !== "operator",
  };
}
