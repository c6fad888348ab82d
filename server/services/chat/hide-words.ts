import { hasSpoken, hideAllChatMessages, hideChatMessages } from "@/db/live/queries/chat-removals";
import { findPerson } from "@/db/live/queries/users";
import { BizError } from "@/domain/contracts/errors";
import type { ChatHideInput } from "@/domain/contracts/room";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources, SignedInCtx } from "../context";
import { countModeration, requireAbove, requireModerator } from "../room/require-moderator";
import { tellHidden } from "./tell-removed";

/** Rooms where somebody spoke before this long show nothing of it any more to whoever is there. */
const SHOWN_MS_MAX = 24 * 3_600_000;

/**
 * Takes away all that somebody has said in a room so far, live and in the history; they may go on. Repeating it tells the
 * room again. Throws NOT_FOUND, FORBIDDEN (another's room; words of somebody who is not below the caller), RATE_LIMITED.
 */
export async function hideWords(
  ctx: SignedInCtx,
  input: ChatHideInput,
): Promise<{ userId: string; messages: number }> {
  const { roomId, userId, reason } = input;
  const { session } = ctx;
  const room = await requireModerator(ctx, roomId);
  await countModeration(ctx);
  const person = await findPerson(ctx.live, userId);
  // A guest who has signed in since is nobody any more; what the guest has said is still there.
  if (!person && !(await hasSpoken(ctx.live, { roomId, userId }))) {
    throw new BizError("NOT_FOUND", { field: "userId" });
  }
  requireAbove(room, { userId, role: person?.role ?? "guest" }, "userId");
  const until = sharedNow();
  const messages = await hideChatMessages(ctx.live, {
    roomId,
    userId,
    actorId: session.userId,
    isOperator: room.rank === "operator",
    reason: reason || null,
    traceId: ctx.traceId,
    now: until,
  });
  await tellHidden(ctx, { roomId, userId, until });
  return { userId, messages };
}

/** Takes away all that somebody has said anywhere, as a ban does. May be repeated. Throws what a store threw. */
export async function hideWordsEverywhere(
  ctx: Pick<Resources, "live" | "redis" | "push" | "log"> & { traceId: string },
  input: { userId: string; actorId: string; reason: string | null },
): Promise<void> {
  const now = sharedNow();
  const since = new Date(now.getTime() - SHOWN_MS_MAX);
  const rooms = await hideAllChatMessages(ctx.live, { ...input, now, since });
  for (const roomId of rooms) await tellHidden(ctx, { roomId, userId: input.userId, until: now });
}
