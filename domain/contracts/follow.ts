import { z } from "zod";
import { Uuid } from "./ids";
import { PageCursor } from "./texts";

/** How many anchors one viewer may follow. */
export const FOLLOWS_MAX = 2_000;

export const FollowSetInput = z.object({ anchorId: Uuid, following: z.boolean() });
export type FollowSetInput = z.infer<typeof FollowSetInput>;
export const FollowGetInput = z.object({ anchorId: Uuid });
export type FollowGetInput = z.infer<typeof FollowGetInput>;
export const FollowListInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(50).default(20),
});
export type FollowListInput = z.infer<typeof FollowListInput>;

export interface Follow {
  /** How many follow this anchor. */
  followers: number;
  /** Whether the caller does; false for who is not signed in. */
  following: boolean;
}

export interface FollowedAnchor {
  anchor: { userId: string; nickname: string; avatarUrl: string | null };
  /** Null before they first go live. */
  room: {
    roomId: string;
    title: string;
    isLive: boolean;
    startedAt: string | null;
    viewerCount: number;
  } | null;
  followedAt: string;
  /** How many follow this anchor. */
  followers: number;
}
