import { z } from "zod";
import { STREAM_URL_LENGTH_MAX } from "../rules/media-hosts";
import { ROOM_TAGS_MAX, TAG_LENGTH_MAX } from "../rules/tags";
import { CategoryId, type CategoryName } from "./category";
import { IsoTime, Role, Uuid } from "./ids";
import { optionalLine, PageCursor, readableLine, WebAddress } from "./texts";

export const RoomListInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(50).default(20),
  tag: optionalLine(30).optional(),
  category: CategoryId.optional(),
  search: optionalLine(60).optional(),
  /** `forYou` is what the caller watches and likes; without an account, or as long as nothing is known, the fullest first. */
  sort: z.enum(["forYou", "viewers", "newest"]).default("viewers"),
});
export type RoomListInput = z.infer<typeof RoomListInput>;

/** Why a room stands where it does in the caller's own order. */
export type RoomReason =
  /** They come back to this anchor; or, of somebody new: many of their region watch it. */
  | { kind: "return" | "region" }
  /** They watch this tag, or say that they like it. */
  | { kind: "tag" | "likes"; tag: string }
  /** Who watches their tag `own` watches this one, too. */
  | { kind: "near"; tag: string; own: string }
  /** Few have found it: one card in six. */
  | { kind: "found" };

export interface RoomCard {
  roomId: string;
  title: string;
  /** Its id; of rooms from before there were any, what was typed. */
  category: string;
  /** What it is called; null of what was typed. */
  categoryName: CategoryName | null;
  tags: string[];
  coverUrl: string | null;
  anchor: { userId: string; nickname: string; avatarUrl: string | null };
  viewerCount: number;
  /** Whether the caller follows the anchor. */
  isFollowed: boolean;
  startedAt: string;
  /** A rain that falls, or the next one that is planned. */
  rain: {
    rainId: string;
    budgetCoins: number;
    packetCount: number;
    startsAt: string;
    isFalling: boolean;
  } | null;
  reason: RoomReason | null;
}

/**
 * `off`: they do not want one. `unknown`: nothing is known of what they like, or it helps them no better than popularity.
 * `away`: it is not to be had in time.
 */
export type OwnOrder = "shown" | "off" | "unknown" | "away";

export interface RoomList {
  items: RoomCard[];
  nextCursor: string | null;
  /** What they are in the order of: not always what was asked for. */
  order: RoomListInput["sort"];
  /** What became of an own order that was asked for; null where none was, or there is no account. */
  ownOrder: OwnOrder | null;
}

export const RoomIdInput = z.object({ roomId: Uuid });

export interface RoomDetail {
  roomId: string;
  title: string;
  /** Its id; of rooms from before there were any, what was typed. */
  category: string;
  /** What it is called; null of what was typed. */
  categoryName: CategoryName | null;
  tags: string[];
  coverUrl: string | null;
  streamUrl: string | null;
  anchor: { userId: string; nickname: string; avatarUrl: string | null };
  isLive: boolean;
  sessionId: string | null;
  startedAt: string | null;
  viewerCount: number;
  pushChannel: string;
  /** The newest room event number; events after it arrive by push or `room.eventsAfter`. */
  latestSeq: number;
  settings: RoomSettings;
  /** Who moderates it besides the anchor. */
  moderatorIds: string[];
  /** What the caller may not do here. */
  restrictions: {
    banned: boolean;
    kickedUntil: string | null;
    kickReason: string | null;
    mutedUntil: string | null;
    muteReason: string | null;
    guestsMayChat: boolean;
  };
}

export const RoomSessionsInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(50).default(10),
});
export type RoomSessionsInput = z.infer<typeof RoomSessionsInput>;

/** A session of the caller's room that is over. */
export interface PastSession {
  sessionId: string;
  title: string;
  startedAt: string;
  endedAt: string;
  /** Most viewers at once. */
  peakViewers: number;
  /** How many watched, guests too, and for how long in all; null until it is counted, and where nobody counted. */
  viewers: number | null;
  watchedSeconds: number | null;
  /** Without what was refunded. */
  gifts: number;
  coins: number;
}

export const SLOW_MODE_SECONDS_MAX = 300;
export const CHAT_PER_SECOND_MAX = 100;
const FOLLOWERS_ONLY_MINUTES_MAX = 30 * 24 * 60;
/** How a room treats its viewers. */
export interface RoomSettings {
  /** Chat messages that viewers see live a second; the history has them all. */
  chatPerSecond: number;
  /** Seconds that one viewer waits between two messages; 0 is off. */
  slowModeSeconds: number;
  guestsMayChat: boolean;
  /** Who chats follows the anchor for so many minutes; null lets everybody chat. */
  followersOnlyMinutes: number | null;
  linksAllowed: boolean;
  /** Whether viewers see who gave most. */
  topIsPublic: boolean;
}
export const RoomSettingsInput = z.object({
  roomId: Uuid,
  /** HLS address of the picture; null shows the built-in placeholder. */
  streamUrl: WebAddress.max(STREAM_URL_LENGTH_MAX).nullable().optional(),
  /** Null goes back to the platform's default. */
  chatPerSecond: z.number().int().min(1).max(CHAT_PER_SECOND_MAX).nullable().optional(),
  slowModeSeconds: z.number().int().min(0).max(SLOW_MODE_SECONDS_MAX).optional(),
  guestsMayChat: z.boolean().optional(),
  followersOnlyMinutes: z.number().int().min(0).max(FOLLOWERS_ONLY_MINUTES_MAX).nullable().optional(),
  linksAllowed: z.boolean().optional(),
  topIsPublic: z.boolean().optional(),
});
export type RoomSettingsInput = z.infer<typeof RoomSettingsInput>;

export const RoomOpenInput = z.object({
  title: readableLine(60),
  /** The id or a name of a shared category. */
  category: readableLine(30),
  tags: z.array(readableLine(TAG_LENGTH_MAX)).max(ROOM_TAGS_MAX).default([]),
});
export type RoomOpenInput = z.infer<typeof RoomOpenInput>;

export const RESTRICTION_MINUTES_MAX = 30 * 24 * 60;
export const RESTRICTION_REASON_LENGTH_MAX = 100;
/** Without `minutes` it holds until it is undone. */
export const RestrictInput = z.object({
  roomId: Uuid,
  userId: Uuid,
  minutes: z.number().int().min(1).max(RESTRICTION_MINUTES_MAX).optional(),
  reason: optionalLine(RESTRICTION_REASON_LENGTH_MAX).optional(),
});
export type RestrictInput = z.infer<typeof RestrictInput>;
/** With a kick goes what was said, unless it is told to stay. */
export const KickInput = RestrictInput.extend({ hideWords: z.boolean().default(true) });
export type KickInput = z.infer<typeof KickInput>;
export const FreeInput = z.object({ roomId: Uuid, userId: Uuid });
export type FreeInput = z.infer<typeof FreeInput>;

export type RestrictionKind = "kick" | "mute";
/** A kick or a mute in force, as the room's moderators see it. */
export interface RestrictedViewer {
  userId: string;
  nickname: string;
  kind: RestrictionKind;
  until: string;
  reason: string | null;
  createdAt: string;
}

export const TopWindow = z.enum(["session", "day", "week", "all"]);
export type TopWindow = z.infer<typeof TopWindow>;
export const RoomTopInput = z.object({ roomId: Uuid, window: TopWindow });

export const TopItem = z.object({
  /** From 1. */
  rank: z.number().int(),
  /** Anonymous supporters carry no user id and an empty name. */
  userId: z.string().nullable(),
  nickname: z.string(),
  coins: z.number().int(),
});
export type TopItem = z.infer<typeof TopItem>;
export interface RoomTop {
  window: TopWindow;
  /** Ten at most, most coins first. */
  items: TopItem[];
  /** False where the room does not show it to viewers. */
  isPublic: boolean;
  me?: { rank: number; coins: number };
}

export const EventsAfterInput = z.object({ roomId: Uuid, seq: z.number().int().min(0) });

export const CHAT_TEXT_LENGTH_MAX = 200;
export const ChatSendInput = z.object({
  roomId: Uuid,
  messageId: Uuid,
  /** Refused where nothing of it can be seen. */
  text: optionalLine(CHAT_TEXT_LENGTH_MAX),
});
export type ChatSendInput = z.infer<typeof ChatSendInput>;
export interface SentMessage {
  messageId: string;
  /** It waits for a moderator: nobody but its author sees it. */
  isHeld?: true;
}

const RemovalReason = optionalLine(RESTRICTION_REASON_LENGTH_MAX).optional();
export const ChatRemoveInput = z.object({
  roomId: Uuid,
  senderId: Uuid,
  messageId: Uuid,
  reason: RemovalReason,
});
export type ChatRemoveInput = z.infer<typeof ChatRemoveInput>;
export const ChatHideInput = z.object({ roomId: Uuid, userId: Uuid, reason: RemovalReason });
export type ChatHideInput = z.infer<typeof ChatHideInput>;

export const ChatHistoryInput = z.object({
  roomId: Uuid,
  /** The `at` and the id of a message: then what was said before it. */
  before: IsoTime.optional(),
  beforeId: Uuid.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

export const ChatSender = z.object({ userId: z.string(), nickname: z.string(), role: Role });
export interface ChatMessage {
  messageId: string;
  sender: z.infer<typeof ChatSender>;
  text: string;
  at: string;
  /** It waits for a moderator; only its author and moderators are told of it. */
  isHeld?: true;
}
