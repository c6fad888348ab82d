import { createHash } from "node:crypto";
import { removePicture as deletePicture, findPictureBytes, replacePicture } from "@/db/live/queries/pictures";
import { findRoomOfAnchor } from "@/db/live/queries/rooms";
import { BizError } from "@/domain/contracts/errors";
import type { PictureKind, SetPicture } from "@/domain/contracts/picture";
import { Cache, defineHeld } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { sendSessionNotice } from "../../auth/session-notices";
import type { Resources, SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { announceRoomChange } from "../room/room-state";
import { redrawPicture } from "./redraw-picture";

export const MEDIA_BASE_PATH = "/media/";
const UPLOADS = "5/60,30/86400";
/** Kept in memory by each process; one that was taken away is shown no longer than that. */
const SHOWN_BYTES_MAX = 32 * 1024 * 1024;
const SHOWN_MS = 600_000;
const SHOWN = defineHeld(
  () =>
    new Cache<Buffer>({
      name: "pictures",
      max: SHOWN_BYTES_MAX,
      sizeOf: ({ length }) => length,
      ttlMs: SHOWN_MS,
      droppedBy: "nothing: what has a hash never changes",
    }),
);

/** Counts an upload before its body is read. Throws RATE_LIMITED. */
export async function allowUpload(ctx: SignedInCtx): Promise<void> {
  await consumeRateLimit(ctx.redis, "picture.set", ctx.session.userId, UPLOADS);
}

/**
 * Makes what was uploaded the caller's avatar, or the cover of their room. Throws PICTURE_REFUSED, NOT_FOUND (no room yet),
 * UNAVAILABLE.
 */
export async function setPicture(ctx: SignedInCtx, kind: PictureKind, upload: Buffer): Promise<SetPicture> {
  const { userId: ownerId } = ctx.session;
  const bytes = await redrawPicture(ctx.live.caches, ownerId, upload, kind);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const url = `${MEDIA_BASE_PATH}${hash}.webp`;
  const isShown = await replacePicture(ctx.live, { ownerId, kind, hash, bytes, url, now: sharedNow() });
  if (!isShown) throw new BizError("NOT_FOUND", { field: "room" });
  await announce(ctx, kind);
  return { url };
}

/** Takes the caller's avatar, or the cover of their room, away. Done twice it is the same. */
export async function removePicture(ctx: SignedInCtx, { kind }: { kind: PictureKind }): Promise<object> {
  await deletePicture(ctx.live, { ownerId: ctx.session.userId, kind });
  await announce(ctx, kind);
  return {};
}

async function announce(ctx: SignedInCtx, kind: PictureKind): Promise<void> {
  const { userId } = ctx.session;
  if (kind === "avatar") {
    await sendSessionNotice(ctx.redis, ctx.log, { userId });
    return;
  }
  const room = await findRoomOfAnchor(ctx.live, userId);
  if (room) await announceRoomChange(ctx, room.roomId);
}

/** What is in an uploaded picture; undefined where there is none with this hash. */
export async function readPicture(
  { live }: Pick<Resources, "live">,
  hash: string,
): Promise<Buffer | undefined> {
  const shown = live.caches.of(SHOWN);
  const known = shown.get(hash);
  if (known) return known;
  const bytes = await findPictureBytes(live, hash);
  if (bytes) shown.set(hash, bytes);
  return bytes;
}
