import { findSessionRole } from "@/db/live/queries/session-ends";
import { BizError } from "@/domain/contracts/errors";
import { roomChannel, userChannel } from "@/domain/contracts/events";
import { Uuid } from "@/domain/contracts/ids";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Ctx, Session, SignedInCtx } from "../context";
import { requireEntry } from "../room/entrance";
import { nameViewer } from "../room/name-viewer";
import type { RoomState } from "../room/room-state";

const SOCKET_ID = /^\d{1,20}\.\d{1,20}$/;
const ROOM_PREFIX = roomChannel("");
const ADMIN_CHANNEL = "private-admin";

/** A signature is for now: a socket that is open for long comes for another one. */
const USE_WITHIN_MS = 60_000;

/**
 * Lets the caller's socket into a private channel: a room that they may see, their own channel, or the operators'.
 * The answer names the user, so that a kick can close the sockets of exactly that user, the session, which a socket
 * does not outlive, and in a room whom the socket counts as.
 * Throws UNAUTHENTICATED, INVALID_INPUT, NOT_FOUND, ROOM_BANNED, KICKED, FORBIDDEN.
 */
export async function authorizeChannel(
  ctx: Ctx,
  input: { socketId: string; channel: string },
): Promise<{ auth: string; channel_data?: string }> {
  const { session } = ctx;
  if (!session) throw new BizError("UNAUTHENTICATED");
  const { socketId, channel } = input;
  if (!SOCKET_ID.test(socketId)) throw new BizError("INVALID_INPUT", { field: "socket_id" });
  const room = await requireChannel(ctx as SignedInCtx, channel);
  const data = {
    user_id: session.userId,
    push_session: describeSession(session),
    ...(room && { push_viewer: nameViewer(ctx as SignedInCtx, room) }),
  };
  return ctx.push.pusher.authorizeChannel(socketId, channel, data);
}

/** What the gateway has to know of a session; see docs/push.md. Other services pass over it. */
function describeSession({ sessionId, expiresAtMs }: Session) {
  const toSeconds = (ms: number) => Math.floor(ms / 1_000);
  return {
    id: sessionId,
    use_by: toSeconds(sharedNowMs() + USE_WITHIN_MS),
    ...(expiresAtMs === undefined ? {} : { ends_at: toSeconds(expiresAtMs) }),
  };
}

/** The room whose channel it is, if it is one's. */
async function requireChannel(ctx: SignedInCtx, channel: string): Promise<RoomState | undefined> {
  const { userId, role } = ctx.session;
  if (channel === userChannel(userId)) return undefined;
  if (channel === ADMIN_CHANNEL) {
    // Asked anew: what this process remembers of a role may be half a minute old.
    if (role === "operator" && (await findSessionRole(ctx.live, ctx.session)) === "operator")
      return undefined;
    throw new BizError("FORBIDDEN");
  }
  if (!channel.startsWith(ROOM_PREFIX)) throw new BizError("FORBIDDEN");
  const roomId = channel.slice(ROOM_PREFIX.length);
  // Only the one spelling that events are published under.
  if (Uuid.safeParse(roomId).data !== roomId) throw new BizError("NOT_FOUND");
  return await requireEntry(ctx, roomId);
}

/** Signs a socket in as the caller. Throws UNAUTHENTICATED, INVALID_INPUT. */
export function authenticatePushUser(
  ctx: Ctx,
  input: { socketId: string },
): { auth: string; user_data: string } {
  const { session } = ctx;
  if (!session) throw new BizError("UNAUTHENTICATED");
  if (!SOCKET_ID.test(input.socketId)) throw new BizError("INVALID_INPUT", { field: "socket_id" });
  const { userId, nickname } = session;
  return ctx.push.pusher.authenticateUser(input.socketId, {
    id: userId,
    user_info: { nickname },
    push_session: describeSession(session),
  });
}
