import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import type { Env } from "@/platform/settings/env";
import { isIssuedBrowserId } from "../../auth/browser-id";
import type { SignedInCtx } from "../context";
import type { RoomState } from "./room-state";

/** One block of AES, as base64url. */
const NAME = /^[\w-]{22}$/;
const ID_BYTES = 16;
/** Where a UUID says its version. Version 8 is for makers of their own (RFC 9562): ours are guests. */
const VERSION_BYTE = 6;
const GUEST_VERSION = 0x80;

/** Somebody who watches: a person by their id, a guest by one that is made of the browser and leads to nobody. */
export interface Visitor {
  visitorId: string;
  isGuest: boolean;
}

type Secret = Pick<Env, "AUTH_SECRET">;

/**
 * Whom the caller counts as among the viewers of a room: the same for all tabs and devices of a person, for a guest all
 * of a browser. Without our secret nobody can tell from it who that is, nor that two rooms have the same viewer. Null for
 * those who are no viewers: the room's anchor and operators.
 */
export function nameViewer(ctx: SignedInCtx, { roomId, anchorId }: RoomState): string | null {
  const { env, session } = ctx;
  const { userId, role } = session;
  if (role === "operator" || userId === anchorId) return null;
  const id = role === "guest" ? guestId(env, guestOf(ctx)) : toBytes(userId);
  const cipher = createCipheriv("aes-256-ecb", keyOf(env, roomId), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(id), cipher.final()]).toString("base64url");
}

/** Whom `nameViewer` gave that name in that room. A name that is not ours is a guest of its own. */
export function readViewerName(env: Secret, roomId: string, name: string): Visitor {
  if (!NAME.test(name)) return toVisitor(guestId(env, `name:${roomId}:${name}`));
  const decipher = createDecipheriv("aes-256-ecb", keyOf(env, roomId), null).setAutoPadding(false);
  const block = Buffer.from(name, "base64url");
  return toVisitor(Buffer.concat([decipher.update(block), decipher.final()]));
}

function guestOf({ env, session, browserId }: SignedInCtx): string {
  const isKnownBrowser = browserId !== undefined && isIssuedBrowserId(env, browserId);
  return isKnownBrowser ? `browser:${browserId}` : `user:${session.userId}`;
}

const keyOf = ({ AUTH_SECRET }: Secret, roomId: string) =>
  createHmac("sha256", AUTH_SECRET).update(`room-viewer:${roomId}`).digest();

function guestId({ AUTH_SECRET }: Secret, who: string): Buffer {
  const id = createHmac("sha256", AUTH_SECRET).update(`visitor:${who}`).digest().subarray(0, ID_BYTES);
  id[VERSION_BYTE] = GUEST_VERSION | ((id[VERSION_BYTE] ?? 0) & 0x0f);
  return id;
}

const toBytes = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");

function toVisitor(id: Buffer): Visitor {
  const visitorId = id.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { visitorId, isGuest: ((id[VERSION_BYTE] ?? 0) & 0xf0) === GUEST_VERSION };
}
