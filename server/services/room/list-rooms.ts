import { listFollowedLive } from "@/db/live/queries/follows";
import { type LiveRoomRow, listLiveRooms } from "@/db/live/queries/rooms";
import { findTag } from "@/db/live/queries/tags";
import type { RoomCard, RoomList, RoomListInput, RoomReason } from "@/domain/contracts/room";
import { dayOf } from "@/domain/rules/calendar";
import { type RankReason, rankRooms } from "@/domain/rules/rank-rooms";
import { tagSlugOf } from "@/domain/rules/tags";
import { spellingsOf } from "@/domain/rules/topics";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { readCategoryNames } from "../category/list-categories";
import type { Ctx } from "../context";
import { findRainsOfRooms } from "../rain/get-room-rain";
import { findPersonalOrder, type PersonalOrder } from "./read-taste";
import { decodeRoomCursor, encodeRoomCursor, type RoomCursor } from "./room-cursor";
import { readViewerCounts } from "./viewer-counts";

/** Sorting by viewers, and in somebody's own order, looks at this many of the newest live rooms. */
const SORTED_ROOMS_MAX = 2_000;

interface Candidate {
  row: LiveRoomRow;
  viewers: number;
  isFollowed: boolean;
  reason?: RoomReason | null;
}

/**
 * Live rooms, the fullest or the newest first, or in the caller's own order; those that the caller follows come before all but
 * the newest. Viewer counts change between pages, so a room may move.
 */
export async function listRooms(ctx: Ctx, input: RoomListInput): Promise<RoomList> {
  const { limit, sort } = input;
  const cursor = input.cursor ? decodeRoomCursor(input.cursor) : undefined;
  const topic = input.tag ? await readTopic(ctx, input.tag) : undefined;
  const search = input.search || undefined;
  const member = ctx.session && ctx.session.role !== "guest" ? ctx.session : undefined;
  const [rows, counts, followedIds, personal] = await Promise.all([
    listLiveRooms(ctx.live, {
      topic,
      categoryId: input.category,
      search,
      ...(sort === "newest"
        ? {
            after: cursor && { liveSince: new Date(cursor.liveSince), roomId: cursor.roomId },
            limit: limit + 1,
          }
        : { limit: SORTED_ROOMS_MAX }),
    }),
    readViewerCounts(ctx),
    member ? listFollowedLive(ctx.live, member.userId) : [],
    member && sort === "forYou" ? findPersonalOrder(ctx, member.userId) : undefined,
  ]);
  const own = typeof personal === "object" ? personal : undefined;
  const followed = new Set(followedIds);
  let candidates: Candidate[] = rows.map((row) => ({
    row,
    viewers: counts.get(row.roomId) ?? 0,
    isFollowed: followed.has(row.anchor.userId),
  }));
  if (sort !== "newest") candidates.sort(compare);
  if (own && member) candidates = orderFor(candidates, own, member.userId);
  if (sort === "viewers" && cursor) candidates = candidates.filter((one) => isAfter(one, cursor));
  const shown = sort === "forYou" ? (cursor?.shown ?? 0) : 0;
  const page = candidates.slice(shown, shown + limit);
  const last = page.at(-1);
  const [rains, categories] = await Promise.all([
    findRainsOfRooms(
      ctx,
      page.map(({ row }) => row.roomId),
    ),
    readCategoryNames(ctx),
  ]);
  return {
    items: page.map((candidate) => ({
      ...toCard(candidate, rains.get(candidate.row.roomId) ?? null),
      categoryName: categories.get(candidate.row.category) ?? null,
    })),
    nextCursor:
      last && candidates.length > shown + limit
        ? encodeRoomCursor({ ...positionOf(last), ...(sort === "forYou" && { shown: shown + limit }) })
        : null,
    order: sort === "forYou" && !own ? "viewers" : sort,
    ownOrder: own ? "shown" : typeof personal === "string" ? personal : null,
  };
}

/** Who is followed comes first, as everywhere; then what they would like, with the reason why. */
function orderFor(candidates: readonly Candidate[], own: PersonalOrder, userId: string): Candidate[] {
  const { taste, neighbours, byRoom, labelOf } = own;
  const rankable = candidates.map((candidate) => ({
    candidate,
    anchor: candidate.row.anchor.userId,
    tags: byRoom.get(candidate.row.roomId) ?? [],
    viewers: candidate.viewers,
  }));
  const order = (rooms: typeof rankable) =>
    rankRooms(rooms, taste, neighbours, {
      seed: `${dayOf(sharedNowMs())}:${userId}`,
      compareIds: (a, b) => (a < b ? -1 : 1),
    }).map(({ room, reason }) => ({ ...room.candidate, reason: toReason(reason, taste.isNew, labelOf) }));
  return [
    ...order(rankable.filter(({ candidate }) => candidate.isFollowed)),
    ...order(rankable.filter(({ candidate }) => !candidate.isFollowed)),
  ];
}

function toReason(
  reason: RankReason<string>,
  isNew: boolean,
  labelOf: PersonalOrder["labelOf"],
): RoomReason | null {
  if (!reason) return null;
  switch (reason.kind) {
    case "tag":
      return { kind: isNew ? "likes" : "tag", tag: labelOf(reason.tag) };
    case "near":
      return { kind: "near", tag: labelOf(reason.tag), own: labelOf(reason.own) };
    case "return":
      return { kind: isNew ? "region" : "return" };
    case "found":
      return { kind: "found" };
  }
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

function toCard(
  { row, viewers, isFollowed, reason = null }: Candidate,
  rain: RoomCard["rain"],
): Omit<RoomCard, "categoryName"> {
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
    reason,
  };
}
