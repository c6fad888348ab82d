import { createHmac } from "node:crypto";
import { isIssuedBrowserId } from "../../auth/browser-id";
import type { SignedInCtx } from "../context";
import type { RoomState } from "./room-state";

/** 96 bits: two of a million viewers of a room have the same with a chance of one in 10^17. */
const NAME_LENGTH = 16;

/**
 * Whom the caller counts as among the viewers of a room: the same for all tabs and devices of a person, for a guest all
 * of a browser; nobody can tell from it who that is, nor that two rooms have the same viewer. Null for those who are no
 * viewers: the room's anchor and operators.
 */
export function nameViewer(ctx: SignedInCtx, { roomId, anchorId }: RoomState): string | null {
  const { env, session, browserId } = ctx;
  const { userId, role } = session;
  if (role === "operator" || userId === anchorId) return null;
  const isKnownBrowser = role === "guest" && browserId !== undefined && isIssuedBrowserId(env, browserId);
  const who = isKnownBrowser ? `browser:${browserId}` : `user:${userId}`;
  const name = createHmac("sha256", env.AUTH_SECRET).update(`room-viewer:${roomId}:${who}`);
  return name.digest("base64url").slice(0, NAME_LENGTH);
}
