import { z } from "zod";
import { type Role, Uuid } from "./ids";
import { optionalLine, PageCursor } from "./texts";

export const SetModeratorInput = z.object({ roomId: Uuid, userId: Uuid, on: z.boolean() });
export type SetModeratorInput = z.infer<typeof SetModeratorInput>;

export const RoomPeopleInput = z.object({
  roomId: Uuid,
  /** The beginning of a nickname. */
  text: optionalLine(40).optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type RoomPeopleInput = z.infer<typeof RoomPeopleInput>;

export interface RoomPerson {
  userId: string;
  nickname: string;
  role: Role;
  isModerator: boolean;
  /** Since when they have been here. */
  since: string;
}

export interface RoomPeople {
  /** Who is in the room and has an account, by nickname. */
  items: RoomPerson[];
  nextCursor: string | null;
  /** Guests' browsers that are here; they have no names. */
  guests: number;
}

export const ChatRestoreInput = z.object({ roomId: Uuid, senderId: Uuid, messageId: Uuid });
export type ChatRestoreInput = z.infer<typeof ChatRestoreInput>;
/** `senderId` may be left out: then it is the caller's own message of that id, or else the first of the room. */
export const ChatDeleteInput = z.object({
  roomId: Uuid,
  messageId: Uuid,
  senderId: Uuid.optional(),
  reason: optionalLine(100).optional(),
});
export type ChatDeleteInput = z.infer<typeof ChatDeleteInput>;
