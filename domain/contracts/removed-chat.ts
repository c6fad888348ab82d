import { z } from "zod";
import type { NamedPeople } from "./gift";
import { IsoTime, Uuid } from "./ids";
import type { ChatMessage } from "./room";
import { optionalLine, PageCursor } from "./texts";

export const RemovedChatInput = z.object({
  roomId: Uuid,
  /** The `at` of the last message of the page before. */
  before: IsoTime.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type RemovedChatInput = z.infer<typeof RemovedChatInput>;

const REMOVED_TEXT_MAX = 64;
export const RemovedSearchInput = z.object({
  /** Whose words: an id, a whole phone number, or the beginning of a nickname. */
  person: optionalLine(REMOVED_TEXT_MAX).optional(),
  /** Where: the room's or its anchor's id, the anchor's phone number or name, or words of the room's title. */
  room: optionalLine(REMOVED_TEXT_MAX).optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type RemovedSearchInput = z.infer<typeof RemovedSearchInput>;

/** A removed message with whom it concerns. */
export interface FoundRemovedMessage extends RemovedChatMessage {
  room: { roomId: string; title: string; anchor: { userId: string; nickname: string } };
  /** Null for somebody who is gone. */
  removedByName: string | null;
  traceId: string;
}

export interface FoundRemovedMessages {
  items: FoundRemovedMessage[];
  nextCursor: string | null;
  /** Whom the words of the search were taken for. */
  people: NamedPeople | null;
  anchors: NamedPeople | null;
}

/** A message that was taken away, as operators see it. */
export interface RemovedChatMessage extends ChatMessage {
  removedAt: string;
  /** The sender, the room's anchor or an operator. */
  removedBy: string;
  reason: string | null;
}
