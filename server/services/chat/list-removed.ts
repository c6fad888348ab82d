import type { ChatMessageRow } from "@/db/live/queries/chat-messages";
import { listRemovedChat } from "@/db/live/queries/chat-removals";
import { Role } from "@/domain/contracts/ids";
import type { RemovedChatInput, RemovedChatMessage } from "@/domain/contracts/removed-chat";
import type { ChatMessage } from "@/domain/contracts/room";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";

/** What was taken away in a room, the newest first, with who did it, when and why. For operators. */
export async function listRemovedMessages(
  ctx: SignedInCtx,
  input: RemovedChatInput,
): Promise<RemovedChatMessage[]> {
  const { roomId, before, limit } = input;
  const rows = await listRemovedChat(ctx.live, {
    roomId,
    before: before === undefined ? sharedNow() : new Date(before),
    limit,
  });
  return rows.flatMap((row) =>
    row.removedAt && row.removedBy
      ? [
          {
            ...toChatMessage(row),
            removedAt: row.removedAt.toISOString(),
            removedBy: row.removedBy,
            reason: row.removedReason,
          },
        ]
      : [],
  );
}

/** A message of any room, for those who look at several. */
export function toMessageOfRoom(
  row: Parameters<typeof toChatMessage>[0] & {
    roomId: string;
    title: string;
    anchorId: string;
    anchorName: string;
  },
) {
  const { roomId, title, anchorId, anchorName } = row;
  return {
    ...toChatMessage(row),
    room: { roomId, title, anchor: { userId: anchorId, nickname: anchorName } },
  };
}

export function toChatMessage(
  row: Pick<ChatMessageRow, "messageId" | "senderId" | "senderName" | "senderRole" | "text" | "createdAt"> &
    Partial<Pick<ChatMessageRow, "shownTo">>,
): ChatMessage {
  return {
    messageId: row.messageId,
    sender: {
      userId: row.senderId,
      nickname: row.senderName,
      role: Role.catch("viewer").parse(row.senderRole),
    },
    text: row.text,
    at: row.createdAt.toISOString(),
    ...(row.shownTo === "held" && { isHeld: true }),
  };
}
