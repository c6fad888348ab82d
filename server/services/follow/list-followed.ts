import { z } from "zod";
import { type FollowedRow, listFollowedAnchors } from "@/db/live/queries/follows";
import type { FollowedAnchor, FollowListInput } from "@/domain/contracts/follow";
import { IsoTime, StoredUuid } from "@/domain/contracts/ids";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { readViewerCounts } from "../room/viewer-counts";

const Cursor = z.object({ isLive: z.boolean(), followedAt: IsoTime, anchorId: StoredUuid });

/** Whom the caller follows, who is live first. Somebody may go live between two pages and then stand on both or on none. */
export async function listFollowed(
  ctx: SignedInCtx,
  input: FollowListInput,
): Promise<{ items: FollowedAnchor[]; nextCursor: string | null }> {
  const { limit } = input;
  const cursor = decodeCursor(Cursor, input.cursor);
  const [rows, counts] = await Promise.all([
    listFollowedAnchors(ctx.live, {
      viewerId: ctx.session.userId,
      after: cursor ? { ...cursor, followedAt: new Date(cursor.followedAt) } : undefined,
      limit: limit + 1,
    }),
    readViewerCounts(ctx),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toFollowed(row, counts)),
    nextCursor:
      last && rows.length > limit
        ? encodeCursor({
            isLive: last.liveSince !== null,
            followedAt: last.followedAt.toISOString(),
            anchorId: last.anchorId,
          })
        : null,
  };
}

function toFollowed(row: FollowedRow, counts: ReadonlyMap<string, number>): FollowedAnchor {
  const { anchorId, nickname, avatarUrl, roomId, title, liveSince, followedAt, followers } = row;
  const isLive = liveSince !== null;
  const startedAt = liveSince?.toISOString() ?? null;
  return {
    anchor: { userId: anchorId, nickname, avatarUrl },
    room:
      roomId === null
        ? null
        : {
            roomId,
            title: title ?? "",
            isLive,
            startedAt,
            viewerCount: isLive ? (counts.get(roomId) ?? 0) : 0,
          },
    followedAt: followedAt.toISOString(),
    followers,
  };
}
