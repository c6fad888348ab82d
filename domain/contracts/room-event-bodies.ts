import { z } from "zod";
import { IsoTime, Role } from "./ids";
import { PkBattleBody } from "./pk";
import { LuckyClaim, RainEndReason } from "./rain";
import { TopItem } from "./room";

/** What a room event carries besides its number and time. Which event has which body is in `room-events.ts`. */

const Combo = z.object({ comboId: z.string(), count: z.number().int(), endsAt: IsoTime });

export const GiftSettledBody = z.object({
  giftOrderId: z.string(),
  /** Anonymous gifts carry no user id and an empty name. */
  sender: z.object({ userId: z.string().nullable(), nickname: z.string() }),
  gift: z.object({
    giftId: z.string(),
    nameEn: z.string(),
    nameZh: z.string(),
    effect: z.string(),
    svgaUrl: z.string().nullable(),
    priceCoins: z.number().int(),
  }),
  count: z.number().int(),
  totalCoins: z.number().int(),
  combo: Combo.nullable(),
  /** Earlier orders of the same combo that this event tells as well: `count` and `totalCoins` are of all of them. */
  mergedOrderIds: z.array(z.string()).optional(),
});
export type GiftSettledBody = z.infer<typeof GiftSettledBody>;

const Person = { roomId: z.string(), userId: z.string(), nickname: z.string() };
/** A kick or a mute. `until` lies far ahead (9999) for one without an end. */
export const ViewerRestrictedBody = z.object({
  ...Person,
  until: IsoTime,
  reason: z.string().nullable(),
  /** Words go with a kick: as `until` of `chat.hidden`. */
  wordsHiddenUntil: IsoTime.optional(),
});
export type ViewerRestrictedBody = z.infer<typeof ViewerRestrictedBody>;
/** A kick or a mute was undone before its end. */
export const ViewerFreedBody = z.object(Person);
export type ViewerFreedBody = z.infer<typeof ViewerFreedBody>;

const RainSize = {
  rainId: z.string(),
  budgetCoins: z.number().int(),
  packetCount: z.number().int(),
  commitment: z.string(),
  /** What the anchor says with it. */
  remark: z.string().optional(),
};

/** Every body by its name. */
export const ROOM_EVENT_BODIES = {
  GiftSettled: GiftSettledBody,
  ChatMessage: z.object({
    messageId: z.string(),
    sender: z.object({ userId: z.string(), nickname: z.string(), role: Role }),
    text: z.string(),
  }),
  /** A message was taken away: whoever shows it stops, and whoever hears of it later does not show it. */
  ChatRemoved: z.object({ senderId: z.string(), messageId: z.string() }),
  /** Of what somebody says in the room, messages with a time up to `until` are not shown, whenever they arrive. */
  ChatHidden: z.object({ userId: z.string(), until: IsoTime }),
  /** As `ChatMessage`; it stands where it stood, by `saidAt`. */
  ChatRestored: z.object({
    messageId: z.string(),
    sender: z.object({ userId: z.string(), nickname: z.string(), role: Role }),
    text: z.string(),
    saidAt: IsoTime,
  }),
  RoomModerator: z.object({ userId: z.string(), nickname: z.string(), on: z.boolean() }),
  RoomOpened: z.object({ sessionId: z.string(), title: z.string() }),
  RoomClosed: z.object({ sessionId: z.string() }),
  /** The platform closed the room, and nobody gets in any more. */
  RoomBanned: z.object({ roomId: z.string() }),
  /** Who gave most in the running session; the newest of these is all that counts. */
  RoomTop: z.object({
    window: z.literal("session"),
    sessionId: z.string(),
    items: z.array(TopItem),
  }),
  ViewerRestricted: ViewerRestrictedBody,
  ViewerFreed: ViewerFreedBody,
  /** The server's seed of a coming rain is fixed: its commitment has a place in the order of the room's events. */
  RainCommitted: z.object(RainSize),
  RainScheduled: z.object({
    ...RainSize,
    startsAt: IsoTime,
    durationSeconds: z.number().int(),
    claimsPerViewer: z.number().int(),
  }),
  /** A planned rain will not come. */
  RainCancelled: z.object({ rainId: z.string() }),
  RainStarted: z.object({
    ...RainSize,
    code: z.string(),
    claimsPerViewer: z.number().int(),
    durationSeconds: z.number().int(),
    endsAt: IsoTime,
    packetsDigest: z.string(),
  }),
  /** How far a rain is; the newest of these is all that counts. */
  RainProgress: z.object({
    rainId: z.string(),
    claimed: z.number().int(),
    coins: z.number().int(),
    luckiest: LuckyClaim.nullable(),
  }),
  PkBattle: PkBattleBody,
  RainEnded: z.object({
    rainId: z.string(),
    /** How many packets, and the coins in them. */
    claimed: z.number().int(),
    coins: z.number().int(),
    refundedCoins: z.number().int(),
    luckiest: LuckyClaim.nullable(),
    serverSeed: z.string(),
    endReason: RainEndReason,
  }),
};
