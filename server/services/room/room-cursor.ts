import { z } from "zod";
import { BizError } from "@/domain/contracts/errors";

/** Where a page of rooms ended. `viewers` is set when rooms are sorted by it. */
const RoomCursor = z.object({
  /** In somebody's own order, which is made anew for each page: how many came before. */
  shown: z.number().int().min(0).optional(),
  isFollowed: z.boolean().optional(),
  viewers: z.number().int().min(0).optional(),
  liveSince: z.iso.datetime(),
  roomId: z.guid(),
});
export type RoomCursor = z.infer<typeof RoomCursor>;

export function encodeRoomCursor(cursor: RoomCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** Throws INVALID_INPUT for anything that `encodeRoomCursor` did not make. */
export function decodeRoomCursor(text: string): RoomCursor {
  try {
    return RoomCursor.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch (cause) {
    throw new BizError("INVALID_INPUT", { field: "cursor" }, { cause });
  }
}
