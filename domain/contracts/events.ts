import { z } from "zod";
import { GiftFailureReason } from "./gift";
import { IsoTime, Role, TraceId } from "./ids";
import { LuckyClaim, RainEndReason, RainStatus } from "./rain";
import { TopItem } from "./room";
import { WithdrawalStatus } from "./withdrawal";

export const roomChannel = (roomId: string) => `private-room-${roomId}`;
export const userChannel = (userId: string) => `private-user-${userId}`;

/** Every room event carries these; `seq` grows by one per event of a room. */
const roomFacts = { seq: z.number().int().positive(), at: IsoTime, traceId: TraceId };

export const Combo = z.object({ comboId: z.string(), count: z.number().int(), endsAt: IsoTime });
export type Combo = z.infer<typeof Combo>;

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

export const ChatMessageBody = z.object({
  messageId: z.string(),
  sender: z.object({ userId: z.string(), nickname: z.string(), role: Role }),
  text: z.string(),
});

/** A message was taken away: whoever shows it stops, and whoever hears of it later does not show it. */
export const ChatRemovedBody = z.object({ senderId: z.string(), messageId: z.string() });
/** Of what somebody says in the room, messages with a time up to `until` are not shown, whenever they arrive. */
export const ChatHiddenBody = z.object({ userId: z.string(), until: IsoTime });

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

/** Who gave most in the running session; the newest of these is all that counts. */
export const RoomTopBody = z.object({
  window: z.literal("session"),
  sessionId: z.string(),
  items: z.array(TopItem),
});

export const RoomOpenedBody = z.object({ sessionId: z.string(), title: z.string() });
export const RoomClosedBody = z.object({ sessionId: z.string() });
/** The platform closed the room, and nobody gets in any more. */
export const RoomBannedBody = z.object({ roomId: z.string() });

const RainSize = {
  rainId: z.string(),
  budgetCoins: z.number().int(),
  packetCount: z.number().int(),
  commitment: z.string(),
};
/** The server's seed of a coming rain is fixed: its commitment has a place in the order of the room's events. */
export const RainCommittedBody = z.object(RainSize);
export const RainScheduledBody = z.object({
  ...RainSize,
  startsAt: IsoTime,
  durationSeconds: z.number().int(),
  claimsPerViewer: z.number().int(),
});
/** A planned rain will not come. */
export const RainCancelledBody = z.object({ rainId: z.string() });
export const RainStartedBody = z.object({
  ...RainSize,
  code: z.string(),
  claimsPerViewer: z.number().int(),
  durationSeconds: z.number().int(),
  endsAt: IsoTime,
  packetsDigest: z.string(),
});
/** How far a rain is; the newest of these is all that counts. */
export const RainProgressBody = z.object({
  rainId: z.string(),
  claimed: z.number().int(),
  coins: z.number().int(),
  luckiest: LuckyClaim.nullable(),
});
export const RainEndedBody = z.object({
  rainId: z.string(),
  /** How many packets, and the coins in them. */
  claimed: z.number().int(),
  coins: z.number().int(),
  refundedCoins: z.number().int(),
  luckiest: LuckyClaim.nullable(),
  serverSeed: z.string(),
  endReason: RainEndReason,
});

/** Event name → body of what is published to a room. Numbers beside names are the event codes of the public contract. */
export const ROOM_EVENTS = {
  /** 5556 */ "gift.settled": GiftSettledBody,
  "chat.message": ChatMessageBody,
  "chat.removed": ChatRemovedBody,
  "chat.hidden": ChatHiddenBody,
  "room.opened": RoomOpenedBody,
  "room.closed": RoomClosedBody,
  "room.banned": RoomBannedBody,
  "room.top": RoomTopBody,
  "viewer.kicked": ViewerRestrictedBody,
  "viewer.muted": ViewerRestrictedBody,
  "viewer.restored": ViewerFreedBody,
  "viewer.unmuted": ViewerFreedBody,
  "rain.committed": RainCommittedBody,
  "rain.scheduled": RainScheduledBody,
  "rain.cancelled": RainCancelledBody,
  /** 5560 */ "rain.started": RainStartedBody,
  "rain.progress": RainProgressBody,
  "rain.ended": RainEndedBody,
} as const;
export type RoomEventName = keyof typeof ROOM_EVENTS;

export type RoomEventBody<N extends RoomEventName> = z.infer<(typeof ROOM_EVENTS)[N]>;

/**
 * An event as it travels, flat: `{ event, seq, at, traceId, …body }`, under its own name on the channel, or several
 * as `{ events: [...] }` under `room.batch`.
 */
export const RoomEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("gift.settled"), ...roomFacts, ...GiftSettledBody.shape }),
  z.object({ event: z.literal("chat.message"), ...roomFacts, ...ChatMessageBody.shape }),
  z.object({ event: z.literal("chat.removed"), ...roomFacts, ...ChatRemovedBody.shape }),
  z.object({ event: z.literal("chat.hidden"), ...roomFacts, ...ChatHiddenBody.shape }),
  z.object({ event: z.literal("room.opened"), ...roomFacts, ...RoomOpenedBody.shape }),
  z.object({ event: z.literal("room.closed"), ...roomFacts, ...RoomClosedBody.shape }),
  z.object({ event: z.literal("room.banned"), ...roomFacts, ...RoomBannedBody.shape }),
  z.object({ event: z.literal("room.top"), ...roomFacts, ...RoomTopBody.shape }),
  z.object({ event: z.literal("viewer.kicked"), ...roomFacts, ...ViewerRestrictedBody.shape }),
  z.object({ event: z.literal("viewer.muted"), ...roomFacts, ...ViewerRestrictedBody.shape }),
  z.object({ event: z.literal("viewer.restored"), ...roomFacts, ...ViewerFreedBody.shape }),
  z.object({ event: z.literal("viewer.unmuted"), ...roomFacts, ...ViewerFreedBody.shape }),
  z.object({ event: z.literal("rain.committed"), ...roomFacts, ...RainCommittedBody.shape }),
  z.object({ event: z.literal("rain.scheduled"), ...roomFacts, ...RainScheduledBody.shape }),
  z.object({ event: z.literal("rain.cancelled"), ...roomFacts, ...RainCancelledBody.shape }),
  z.object({ event: z.literal("rain.started"), ...roomFacts, ...RainStartedBody.shape }),
  z.object({ event: z.literal("rain.progress"), ...roomFacts, ...RainProgressBody.shape }),
  z.object({ event: z.literal("rain.ended"), ...roomFacts, ...RainEndedBody.shape }),
]);
export type RoomEvent = z.infer<typeof RoomEvent>;
export const ROOM_BATCH_EVENT = "room.batch";
export interface RoomEventsAfter {
  events: RoomEvent[];
  latestSeq: number;
  /** More was missed than the server keeps: reload the snapshot. */
  truncated: boolean;
}

/** 5557 on the sender's own channel. */
export const GiftFailedEvent = z.object({
  giftOrderId: z.string(),
  reason: GiftFailureReason,
  totalCoins: z.number().int(),
  traceId: TraceId,
});
export type GiftFailedEvent = z.infer<typeof GiftFailedEvent>;

export const WalletUpdatedEvent = z.object({
  balanceCoins: z.number().int(),
  pendingCoins: z.number().int(),
  /** Grows with each change of the wallet; an older event that arrives late is ignored. */
  version: z.number().int(),
  cause: z.enum(["gift", "recharge", "packet", "refund", "adjustment"]),
  /** The gift orders that just became final, so that the sender's screen can settle them. */
  giftOrderIds: z.array(z.string()),
});
export type WalletUpdatedEvent = z.infer<typeof WalletUpdatedEvent>;

export const EarningsUpdatedEvent = z.object({ earnedFen: z.number().int(), gifts: z.number().int() });
export type EarningsUpdatedEvent = z.infer<typeof EarningsUpdatedEvent>;

/** A withdrawal changed its state, and with it what the anchor has. */
export const WithdrawalUpdatedEvent = z.object({
  withdrawalId: z.string(),
  status: WithdrawalStatus,
  amountFen: z.number().int(),
  traceId: TraceId,
});
export type WithdrawalUpdatedEvent = z.infer<typeof WithdrawalUpdatedEvent>;

/** The packets of an anchor's rain are loaded: it can be started. */
export const RainReadyEvent = z.object({ rainId: z.string() });
/** An anchor's rain moved on; the newest of these is all that counts. */
export const RainUpdatedEvent = z.object({
  rainId: z.string(),
  status: RainStatus,
  loadedPackets: z.number().int(),
});
export type RainUpdatedEvent = z.infer<typeof RainUpdatedEvent>;

/** Event name → payload on a user's own channel. */
export const USER_EVENTS = {
  /** 5557 */ "gift.failed": GiftFailedEvent,
  "wallet.updated": WalletUpdatedEvent,
  "earnings.updated": EarningsUpdatedEvent,
  "withdrawal.updated": WithdrawalUpdatedEvent,
  "rain.ready": RainReadyEvent,
  "rain.updated": RainUpdatedEvent,
  /** What became of this user in a room; the room hears the same. */
  "viewer.kicked": ViewerRestrictedBody,
  "viewer.muted": ViewerRestrictedBody,
  "viewer.restored": ViewerFreedBody,
  "viewer.unmuted": ViewerFreedBody,
} as const;
export type UserEventName = keyof typeof USER_EVENTS;
export type UserEventPayload<N extends UserEventName> = z.infer<(typeof USER_EVENTS)[N]>;
