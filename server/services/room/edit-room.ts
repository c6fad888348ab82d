import { editRoom as writeRoom } from "@/db/live/queries/edit-room";
import { resolveTags } from "@/db/live/queries/tags";
import { BizError } from "@/domain/contracts/errors";
import type { EditRoomInput } from "@/domain/contracts/people";
import { distinctTags } from "@/domain/rules/tags";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { announceRoomChange } from "./room-state";

/** Changes a room in the name of the platform, live or not. Throws NOT_FOUND. */
export async function editRoom(ctx: SignedInCtx, input: EditRoomInput): Promise<{ roomId: string }> {
  const { roomId, reason, tags, ...changes } = input;
  const by = actingOperator(ctx, reason);
  const edited = await writeRoom(ctx.live, {
    ...changes,
    roomId,
    tags: tags && (await resolveTags(ctx.live, distinctTags(tags), ctx.session.userId)),
    by,
  });
  if (!edited) throw new BizError("NOT_FOUND", { field: "roomId" });
  await announceRoomChange(ctx, roomId);
  return { roomId };
}
