import { editRoom as writeRoom } from "@/db/live/queries/edit-room";
import { findRoom } from "@/db/live/queries/rooms";
import { resolveTags } from "@/db/live/queries/tags";
import { BizError } from "@/domain/contracts/errors";
import type { EditRoomInput } from "@/domain/contracts/people";
import { distinctTags } from "@/domain/rules/tags";
import { actingOperator } from "../approval/acting-operator";
import { resolveCategory } from "../category/list-categories";
import type { SignedInCtx } from "../context";
import { announceRoomChange } from "./room-state";

/** Changes a room in the name of the platform, live or not. Throws NOT_FOUND. */
export async function editRoom(ctx: SignedInCtx, input: EditRoomInput): Promise<{ roomId: string }> {
  const { roomId, reason, tags, category, ...changes } = input;
  const by = actingOperator(ctx, reason);
  const edited = await writeRoom(ctx.live, {
    ...changes,
    roomId,
    categoryId:
      category === undefined ? undefined : await resolveCategory(ctx, category, await currentOf(ctx, roomId)),
    tags: tags && (await resolveTags(ctx.live, distinctTags(tags), ctx.session.userId)),
    by,
  });
  if (!edited) throw new BizError("NOT_FOUND", { field: "roomId" });
  await announceRoomChange(ctx, roomId);
  return { roomId };
}

const currentOf = async ({ live }: SignedInCtx, roomId: string) =>
  (await findRoom(live, roomId))?.category ?? null;
