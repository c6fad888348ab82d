import { z } from "zod";
import { Uuid } from "./ids";
import type { ChatMessage } from "./room";
import { optionalLine, PageCursor, readableLine } from "./texts";

const REPORT_REASON_LENGTH_MAX = 100;
export const ChatReportInput = z.object({
  roomId: Uuid,
  messageId: Uuid,
  /** Left out: whoever said a message of this id in the room first. */
  senderId: Uuid.optional(),
  /** One of `REPORT_REASONS`, or what somebody says. */
  reason: readableLine(REPORT_REASON_LENGTH_MAX),
});
export type ChatReportInput = z.infer<typeof ChatReportInput>;

export const ReportsInput = z.object({
  /** Only operators may leave it out: then those of all rooms. */
  roomId: Uuid.optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export type ReportsInput = z.infer<typeof ReportsInput>;

export const DecideReportInput = z.object({
  roomId: Uuid,
  senderId: Uuid,
  messageId: Uuid,
  /** True takes the message away; false leaves it and puts the reports aside. */
  remove: z.boolean(),
  reason: optionalLine(REPORT_REASON_LENGTH_MAX).optional(),
});
export type DecideReportInput = z.infer<typeof DecideReportInput>;

/** A message that people reported. */
export interface ReportedMessage extends ChatMessage {
  room: { roomId: string; title: string; anchor: { userId: string; nickname: string } };
  /** By how many, why, and since when. */
  reports: number;
  reasons: string[];
  reportedAt: string;
}

export interface ReportedMessages {
  items: ReportedMessage[];
  nextCursor: string | null;
}
