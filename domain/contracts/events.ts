import { z } from "zod";
import { ApplicationStatus } from "./application";
import { GiftFailureReason } from "./gift";
import { IsoTime, TraceId } from "./ids";
import { PkChangedEvent, PkInvitedEvent } from "./pk";
import { RainStatus } from "./rain";
import { ROOM_EVENT_BODIES, ViewerFreedBody, ViewerRestrictedBody } from "./room-event-bodies";
import { ROOM_EVENTS, type RoomEventFacts, type RoomEventName, type RoomEventOf } from "./room-events";
import { WithdrawalStatus } from "./withdrawal";

export const roomChannel = (roomId: string) => `private-room-${roomId}`;
export const userChannel = (userId: string) => `private-user-${userId}`;

/** Every room event carries these; `seq` grows by one per event of a room. */
const roomFacts = {
  seq: z.number().int().positive(),
  at: IsoTime,
  traceId: TraceId,
} satisfies Record<keyof RoomEventFacts, z.ZodType>;

/** What travels of each event, made of its row. */
const schemas = (Object.keys(ROOM_EVENTS) as RoomEventName[]).map((event) =>
  z.object({ event: z.literal(event), ...roomFacts, ...ROOM_EVENT_BODIES[ROOM_EVENTS[event].body].shape }),
);
const [first, ...others] = schemas;
if (!first) throw new Error("there is no room event");

/**
 * An event as it travels, flat: `{ event, seq, at, traceId, …body }`, under its own name on the channel, or several
 * as `{ events: [...] }` under `room.batch`.
 */
export const RoomEvent = z.discriminatedUnion("event", [first, ...others]) as unknown as z.ZodType<RoomEvent>;
export type RoomEvent = { [N in RoomEventName]: RoomEventOf<N> }[RoomEventName];
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

/** Somebody whom this user follows went live. */
export const AnchorLiveEvent = z.object({
  anchorId: z.string(),
  nickname: z.string(),
  roomId: z.string(),
  title: z.string(),
});
export type AnchorLiveEvent = z.infer<typeof AnchorLiveEvent>;

export const AnchorApplicationEvent = z.object({
  applicationId: z.string(),
  status: ApplicationStatus,
  reason: z.string(),
});
export type AnchorApplicationEvent = z.infer<typeof AnchorApplicationEvent>;

/** Event name → payload on a user's own channel. */
export const USER_EVENTS = {
  /** A gift that was accepted could not be paid; nothing was charged. Event code 5557. */
  "gift.failed": GiftFailedEvent,
  /** The balance changed, or reservations became final. */
  "wallet.updated": WalletUpdatedEvent,
  /** Gifts were settled to this anchor. */
  "earnings.updated": EarningsUpdatedEvent,
  /** A withdrawal of this anchor changed its state. */
  "withdrawal.updated": WithdrawalUpdatedEvent,
  /** All packets of this anchor's rain are loaded: it can be started. */
  "rain.ready": RainReadyEvent,
  /** This anchor's rain moved on. */
  "rain.updated": RainUpdatedEvent,
  /** Another anchor asks this one for a battle. */
  "pk.invited": PkInvitedEvent,
  /** A battle in which this anchor is, or is asked to be, moved on. */
  "pk.changed": PkChangedEvent,
  /** An anchor whom this user follows went live. */
  "anchor.live": AnchorLiveEvent,
  /** Whether this user may become an anchor was decided. */
  "anchor.application": AnchorApplicationEvent,
  /** This user was removed from a room. */
  "viewer.kicked": ViewerRestrictedBody,
  /** This user may not chat in a room for a time. */
  "viewer.muted": ViewerRestrictedBody,
  /** A kick of this user was undone. */
  "viewer.restored": ViewerFreedBody,
  /** A mute of this user was undone. */
  "viewer.unmuted": ViewerFreedBody,
} as const;
export type UserEventName = keyof typeof USER_EVENTS;
export type UserEventPayload<N extends UserEventName> = z.infer<(typeof USER_EVENTS)[N]>;
