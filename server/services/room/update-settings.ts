import { updateRoomSettings } from "@/db/live/queries/rooms";
import { BizError } from "@/domain/contracts/errors";
import type { RoomSettings, RoomSettingsInput } from "@/domain/contracts/room";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { requireMediaUrl } from "../media/media-hosts";
import { countModeration } from "./require-moderator";
import { announceRoomChange } from "./room-state";

/**
 * Changes how the caller's room treats its viewers, and where its picture comes from; what is left out stays. Returns how it treats them now. Throws
 * NOT_FOUND (another's room too), RATE_LIMITED, MEDIA_HOST_REFUSED.
 */
export async function updateSettings(ctx: SignedInCtx, input: RoomSettingsInput): Promise<RoomSettings> {
  const { roomId, ...changes } = input;
  const { userId } = ctx.session;
  await countModeration(ctx);
  if (changes.streamUrl) await requireMediaUrl(ctx, "streamUrl", changes.streamUrl);
  const settings = await updateRoomSettings(ctx.live, {
    roomId,
    anchorId: userId,
    changes,
    now: sharedNow(),
  });
  if (!settings) throw new BizError("NOT_FOUND", { field: "roomId" });
  runInBackground(ctx.log, "announcing a room's settings", ctx.traceId, announceRoomChange(ctx, roomId));
  return { ...settings, chatPerSecond: settings.chatPerSecond ?? ctx.env.ROOM_CHAT_PER_SECOND };
}
