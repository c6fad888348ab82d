import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";

/** What became of following somebody: how many follow them now, or why it was not done. */
export type FollowOutcome = { followers: number } | "notAnAnchor" | "tooMany";

/**
 * Follows or stops following; done twice it is the same. `followsMax` is how many anchors one viewer may follow.
 * Locks: the viewer's row, then the anchor's count.
 */
export async function setFollow(
  { sql }: LiveDb,
  input: { viewerId: string; anchorId: string; following: boolean; followsMax: number },
): Promise<FollowOutcome> {
  const { viewerId, anchorId, following, followsMax } = input;
  return await inTransaction(sql, async (tx): Promise<FollowOutcome> => {
    // One decision of a viewer at a time, so that the number of those followed holds.
    await tx`SELECT 1 FROM users WHERE id = ${viewerId} FOR NO KEY UPDATE`;
    if (following) {
      const [before] = await tx<{ isFollowed: boolean; isAnchor: boolean; followed: number }[]>`
        SELECT EXISTS (SELECT FROM follows WHERE viewer_id = ${viewerId} AND anchor_id = ${anchorId}) AS "isFollowed",
          EXISTS (SELECT FROM users WHERE id = ${anchorId} AND role = 'anchor') AS "isAnchor",
          (SELECT count(*)::int FROM follows WHERE viewer_id = ${viewerId}) AS followed`;
      if (!before?.isFollowed) {
        if (!before?.isAnchor) return "notAnAnchor";
        if (before.followed >= followsMax) return "tooMany";
        // To the millisecond: a page's cursor carries no more.
        await tx`
          WITH added AS (
            INSERT INTO follows (viewer_id, anchor_id, followed_at)
            VALUES (${viewerId}, ${anchorId}, date_trunc('milliseconds', clock_timestamp())) RETURNING anchor_id
          )
          INSERT INTO anchor_followers (anchor_id, followers) SELECT anchor_id, 1 FROM added
          ON CONFLICT (anchor_id) DO UPDATE SET followers = anchor_followers.followers + 1`;
      }
    } else {
      await tx`
        WITH gone AS (
          DELETE FROM follows WHERE viewer_id = ${viewerId} AND anchor_id = ${anchorId} RETURNING anchor_id
        )
        UPDATE anchor_followers f SET followers = f.followers - 1 FROM gone WHERE f.anchor_id = gone.anchor_id`;
    }
    const [now] = await tx<{ followers: number }[]>`
      SELECT followers FROM anchor_followers WHERE anchor_id = ${anchorId}`;
    return { followers: now?.followers ?? 0 };
  });
}

/** How many follow an anchor, and whether this viewer does. */
export async function findFollow(
  { sql }: LiveDb,
  input: { viewerId?: string; anchorId: string },
): Promise<{ followers: number; following: boolean }> {
  const { viewerId, anchorId } = input;
  const [row] = await sql<{ followers: number; following: boolean }[]>`
    SELECT coalesce((SELECT followers FROM anchor_followers WHERE anchor_id = ${anchorId}), 0) AS followers,
      ${viewerId ? sql`EXISTS (SELECT FROM follows WHERE viewer_id = ${viewerId} AND anchor_id = ${anchorId})` : sql`false`} AS following`;
  return row ?? { followers: 0, following: false };
}

export interface FollowedRow {
  anchorId: string;
  nickname: string;
  avatarUrl: string | null;
  roomId: string | null;
  title: string | null;
  /** Null while they are not live. */
  liveSince: Date | null;
  followedAt: Date;
  followers: number;
}

/** Where a page of those followed ended. */
export interface FollowedPosition {
  isLive: boolean;
  followedAt: Date;
  anchorId: string;
}

/** Whom a viewer follows: who is live first, then whom they followed last. */
export async function listFollowedAnchors(
  { sql }: LiveDb,
  input: { viewerId: string; after?: FollowedPosition; limit: number },
): Promise<FollowedRow[]> {
  const { viewerId, after, limit } = input;
  const isLive = sql`(r.current_session_id IS NOT NULL AND NOT r.banned)`;
  return await sql<FollowedRow[]>`
    SELECT f.anchor_id AS "anchorId", u.name AS nickname, u.image AS "avatarUrl", r.id AS "roomId", r.title,
      CASE WHEN ${isLive} THEN r.live_since END AS "liveSince", f.followed_at AS "followedAt",
      coalesce(c.followers, 0) AS followers
    FROM follows f JOIN users u ON u.id = f.anchor_id LEFT JOIN rooms r ON r.anchor_id = f.anchor_id
      LEFT JOIN anchor_followers c ON c.anchor_id = f.anchor_id
    WHERE f.viewer_id = ${viewerId}
      ${
        after
          ? sql`AND (coalesce(${isLive}, false), f.followed_at, f.anchor_id)
              < (${after.isLive}, ${after.followedAt.toISOString()}::timestamptz, ${after.anchorId}::uuid)`
          : sql``
      }
    ORDER BY coalesce(${isLive}, false) DESC, f.followed_at DESC, f.anchor_id DESC LIMIT ${limit}`;
}

/** Of a viewer, the followed anchors who are live. */
export async function listFollowedLive({ sql }: LiveDb, viewerId: string): Promise<string[]> {
  const rows = await sql<{ anchorId: string }[]>`
    SELECT f.anchor_id AS "anchorId" FROM follows f JOIN rooms r ON r.anchor_id = f.anchor_id
    WHERE f.viewer_id = ${viewerId} AND r.current_session_id IS NOT NULL`;
  return rows.map(({ anchorId }) => anchorId);
}

/** Who follows an anchor, in pages by id. */
export async function listFollowerIds(
  { sql }: LiveDb,
  input: { anchorId: string; afterId: string; limit: number },
): Promise<string[]> {
  const rows = await sql<{ viewerId: string }[]>`
    SELECT viewer_id AS "viewerId" FROM follows
    WHERE anchor_id = ${input.anchorId} AND viewer_id > ${input.afterId} ORDER BY viewer_id LIMIT ${input.limit}`;
  return rows.map(({ viewerId }) => viewerId);
}
