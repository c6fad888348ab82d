import { z } from "zod";
import { listRoomStops } from "@/db/live/queries/account-restrictions";
import { searchRoomRows } from "@/db/live/queries/search-rooms";
import { Uuid } from "@/domain/contracts/ids";
import type { RoomItem, RoomSearchInput } from "@/domain/contracts/people";
import { readCategoryNames } from "../category/list-categories";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { readViewerCounts } from "./viewer-counts";

const Cursor = z.object({ roomId: Uuid });

/** Every room there is, live or not, for operators; the newest first. Throws INVALID_INPUT on `cursor`. */
export async function searchRooms(
  ctx: SignedInCtx,
  input: RoomSearchInput,
): Promise<{ items: RoomItem[]; nextCursor: string | null }> {
  const { state, limit } = input;
  const text = input.text || undefined;
  const id = Uuid.safeParse(text);
  const [rows, counts, categories] = await Promise.all([
    searchRoomRows(ctx.live, {
      ...(id.success ? { id: id.data } : { nameStart: text }),
      state,
      afterId: decodeCursor(Cursor, input.cursor)?.roomId,
      limit: limit + 1,
    }),
    readViewerCounts(ctx),
    readCategoryNames(ctx),
  ]);
  const page = rows.slice(0, limit);
  const banned = page.filter((row) => row.banned).map((row) => row.anchorId);
  const stops = new Map((await listRoomStops(ctx.live, banned)).map((stop) => [stop.userId, stop]));
  const last = page.at(-1);
  return {
    items: page.map((row) => {
      const stop = stops.get(row.anchorId);
      return {
        roomId: row.roomId,
        title: row.title,
        category: row.category,
        categoryName: categories.get(row.category) ?? null,
        tags: row.tags,
        coverUrl: row.coverUrl,
        anchor: { userId: row.anchorId, nickname: row.anchorName },
        isLive: row.isLive,
        startedAt: row.isLive ? (row.startedAt?.toISOString() ?? null) : null,
        viewerCount: row.isLive ? (counts.get(row.roomId) ?? 0) : 0,
        banned: row.banned,
        ban: stop ? { reason: stop.reason, until: stop.until?.toISOString() ?? null } : null,
      };
    }),
    nextCursor: last && rows.length > limit ? encodeCursor({ roomId: last.roomId }) : null,
  };
}
