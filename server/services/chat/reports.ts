import { z } from "zod";
import { findChatMessage } from "@/db/live/queries/chat-removals";
import { decideReports, insertChatReport, listReportedChat } from "@/db/live/queries/chat-reports";
import { findSenderOf } from "@/db/live/queries/restore-chat";
import type {
  ChatReportInput,
  DecideReportInput,
  ReportedMessages,
  ReportsInput,
} from "@/domain/contracts/chat-reports";
import { BizError } from "@/domain/contracts/errors";
import { IsoTime, StoredUuid } from "@/domain/contracts/ids";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { consumeRateLimit } from "../rate-limit";
import { requireEntry } from "../room/entrance";
import { countModeration, requireAbove, requireModerator } from "../room/require-moderator";
import { toMessageOfRoom } from "./list-removed";
import { removeMessage } from "./remove-message";

const REPORT_WINDOWS = "10/60";

/**
 * Reports a message to the room's moderators and to operators; the same again changes nothing, and nobody in the room is told. Throws
 * NOT_FOUND (also what was taken away), FORBIDDEN (one's own), RATE_LIMITED, ROOM_BANNED, KICKED.
 */
export async function reportMessage(
  ctx: SignedInCtx,
  input: ChatReportInput,
): Promise<{ messageId: string }> {
  const { roomId, messageId, reason } = input;
  const { userId } = ctx.session;
  await consumeRateLimit(ctx.redis, "chat.report", userId, REPORT_WINDOWS);
  await requireEntry(ctx, roomId);
  const senderId = input.senderId ?? (await findSenderOf(ctx.live, { roomId, messageId, preferredId: null }));
  if (senderId === undefined) throw new BizError("NOT_FOUND", { field: "messageId" });
  if (senderId === userId) throw new BizError("FORBIDDEN", { field: "senderId" });
  const report = { roomId, senderId, messageId, reporterId: userId, reason, now: sharedNow() };
  if (!(await insertChatReport(ctx.live, report))) throw new BizError("NOT_FOUND", { field: "messageId" });
  return { messageId };
}

const Cursor = z.object({ reportedAt: IsoTime, messageId: StoredUuid, senderId: StoredUuid });

/**
 * Reported messages that wait for the caller: of a room that they moderate, of those below them; for operators all. Throws NOT_FOUND,
 * FORBIDDEN, INVALID_INPUT on `cursor`.
 */
export async function listReports(ctx: SignedInCtx, input: ReportsInput): Promise<ReportedMessages> {
  const { roomId, limit } = input;
  const isOperator = ctx.session.role === "operator";
  if (roomId === undefined && !isOperator) throw new BizError("FORBIDDEN", { field: "roomId" });
  const room = roomId === undefined ? null : await requireModerator(ctx, roomId);
  const position = decodeCursor(Cursor, input.cursor);
  const rows = await listReportedChat(ctx.live, {
    room: room && {
      roomId: room.roomId,
      withoutSenders: room.rank === "anchor" ? [room.anchorId] : [room.anchorId, ...room.moderatorIds],
    },
    isOperator,
    after: position && { ...position, reportedAt: new Date(position.reportedAt) },
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      ...toMessageOfRoom(row),
      reports: row.reports,
      reasons: row.reasons,
      reportedAt: row.reportedAt.toISOString(),
    })),
    nextCursor:
      rows.length > limit && last
        ? encodeCursor({
            reportedAt: last.reportedAt.toISOString(),
            messageId: last.messageId,
            senderId: last.senderId,
          })
        : null,
  };
}

/**
 * Takes a reported message away, or puts its reports aside: a room's moderator for the room, where operators see them still; an
 * operator for good. Deciding again changes nothing. Throws NOT_FOUND, FORBIDDEN, RATE_LIMITED.
 */
export async function decideReport(
  ctx: SignedInCtx,
  input: DecideReportInput,
): Promise<{ messageId: string }> {
  const { roomId, senderId, messageId, remove, reason } = input;
  const room = await requireModerator(ctx, roomId);
  const message = await findChatMessage(ctx.live, { roomId, senderId, messageId });
  if (!message) throw new BizError("NOT_FOUND", { field: "messageId" });
  requireAbove(room, { userId: senderId, role: message.senderRole }, "senderId");
  if (remove) await removeMessage(ctx, { roomId, senderId, messageId, reason });
  else await countModeration(ctx);
  await decideReports(ctx.live, {
    roomId,
    senderId,
    messageId,
    actorId: ctx.session.userId,
    isOperator: room.rank === "operator",
    reason: reason || null,
    traceId: ctx.traceId,
    now: sharedNow(),
  });
  return { messageId };
}
