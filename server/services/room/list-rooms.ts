import { listFollowedLive } from "@/db/live/queries/follows";
import { type LiveRoomRow, listLiveRooms } from "@/db/live/queries/rooms";
import { findTag } from "@/db/live/queries/tags";
import type { RoomCard, RoomListInput } from "@/domain/contracts/room";
import { tagSlugOf } from "@/domain/rules/tags";
import { spellingsOf } from "@/domain/rules/topics";
import type { Ctx } from "../context";
import { findRainsOfRooms } from "../rain/get-room-rain";
import { decodeRoomCursor, encodeRoomCursor, type RoomCursor } from "./room-cursor";
import { readViewerCounts } from "./viewer-counts";

/** Sorting by viewers looks at this many of the newest live rooms. */
const SORTED_ROOMS_MAX = 2_000;

interface Candidate {
  row: LiveRoomRow;
  viewers: number;
  isFollowed: boolean;
}

/** Live rooms, the fullest or the newest first; before the fullest those that the caller follows. Viewer counts change between pages, so a room may move. */
export async function listRooms(
  ctx: Ctx,
  input: RoomListInput,
): Promise<{ items: RoomCard[]; nextCursor: string | null }> {
  const { limit, sort } = input;
  const cursor = input.cursor ? decodeRoomCursor(input.cursor) : undefined;
  const topic = input.tag ? await readTopic(ctx, input.tag) : undefined;
  const search = input.search || undefined;
  const { session } = ctx;
  const [rows, counts, followedIds] = await Promise.all([
    listLiveRooms(ctx.live, {
      topic,
      search,
      ...(sort === "newest"
        ? {
            after: cursor && { liveSince: new Date(cursor.liveSince), roomId: cursor.roomId },
            limit: limit + 1,
          }
        : { limit: SORTED_ROOMS_MAX }),
    }),
    readViewerCounts(ctx),
    session && session.role !== "guest" ? listFollowedLive(ctx.live, session.userId) : [],
  ]);
  const followed = new Set(followedIds);
  let candidates: Candidate[] = rows.map((row) => ({
    row,
    viewers: counts.get(row.roomId) ?? 0,
    isFollowed: followed.has(row.anchor.userId),
  }));
  if (sort === "viewers") {
    candidates.sort(compare);
    if (cursor) candidates = candidates.filter((candidate) => isAfter(candidate, cursor));
  }
  const page = candidates.slice(0, limit);
  const last = page.at(-1);
  const rains = await findRainsOfRooms(
    ctx,
    page.map(({ row }) => row.roomId),
  );
  return {
    items: page.map((candidate) => toCard(candidate, rains.get(candidate.row.roomId) ?? null)),
    nextCursor: last && candidates.length > limit ? encodeRoomCursor(positionOf(last)) : null,
  };
}

/** A word of the lobby's filter: a tag by any of its spellings, and a category. */
async function readTopic({ live }: Ctx, word: string) {
  const tag = await findTag(live, tagSlugOf(word));
  return { tagId: tag?.tagId, categories: spellingsOf(word) };
}

/** Who is followed first; then most viewers; then the newest; then by id, so that the order is total. */
function compare(a: Candidate, b: Candidate): number {
  return (
    Number(b.isFollowed) - Number(a.isFollowed) ||
    b.viewers - a.viewers ||
    b.row.liveSince.getTime() - a.row.liveSince.getTime() ||
    (b.row.roomId > a.row.roomId ? 1 : -1)
  );
}

function isAfter(candidate: Candidate, cursor: RoomCursor): boolean {
  const isFollowed = cursor.isFollowed ?? false;
  if (isFollowed !== candidate.isFollowed) return isFollowed;
  const viewers = (cursor.viewers ?? 0) - candidate.viewers;
  if (viewers !== 0) return viewers > 0;
  const time = new Date(cursor.liveSince).getTime() - candidate.row.liveSince.getTime();
  if (time !== 0) return time > 0;
  return candidate.row.roomId < cursor.roomId;
}

function positionOf({ row, viewers, isFollowed }: Candidate): RoomCursor {
  return { isFollowed, viewers, liveSince: row.liveSince.toISOString(), roomId: row.roomId };
}

function toCard({ row, viewers, isFollowed }: Candidate, rain: RoomCard["rain"]): RoomCard {
  const { roomId, title, category, tags, coverUrl, anchor, liveSince } = row;
  return {
    roomId,
    title,
    category,
    tags,
    coverUrl,
    anchor,
    viewerCount: viewers,
    isFollowed,
    startedAt: liveSince.toISOString(),
    rain,
  };
}
