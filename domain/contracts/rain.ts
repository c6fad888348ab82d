import { z } from "zod";
import { IsoTime, OperatorReason, Uuid } from "./ids";
import { optionalLine, PageCursor } from "./texts";

/** Hard bounds; policies and what makes sense lie below them. */
export const RAIN_PACKETS_MAX = 100_000;
export const RAIN_BUDGET_COINS_MAX = 1_000_000_000;
export const RAIN_DURATION_SECONDS_MIN = 5;
export const RAIN_DURATION_SECONDS_MAX = 3_600;
export const RAIN_CLAIMS_PER_VIEWER_MAX = 20;
export const RAIN_COUNTDOWN_SECONDS_MAX = 60;
const RAIN_REMARK_LENGTH_MAX = 60;

/**
 * created → preparing → ready → started → ending → ended. `ending`: nothing can be claimed any more, and what was claimed
 * is being credited; then the rest goes back. A rain that never started goes from any of the first three to ending.
 */
export const RainStatus = z.enum(["created", "preparing", "ready", "started", "ending", "ended"]);
export type RainStatus = z.infer<typeof RainStatus>;

/** `missed`: it was planned and the room was not live then. `expired`: it was ready for a day and nobody started it. */
export const RainEndReason = z.enum([
  "all_grabbed",
  "time_up",
  "finished",
  "cancelled",
  "room_closed",
  "room_banned",
  "missed",
  "expired",
]);
export type RainEndReason = z.infer<typeof RainEndReason>;

/** Who pays: the anchor's wallet, or the platform by a grant that an operator gave her. */
export const RainFunding = z.enum(["anchor", "promotion"]);
export type RainFunding = z.infer<typeof RainFunding>;

/** What a claim must know. Ours are random; an anchor's client may choose its own. */
export const RAIN_CODE = /^[\w-]{16,64}$/;
export const RainCode = z.string().regex(RAIN_CODE, "must be 16 to 64 letters, digits, - or _");

/** Numbers that do not fit together or the limits answer RAIN_INVALID_BUDGET, not INVALID_INPUT. */
export const RainCreateInput = z.object({
  /** Made by the client, once per intent: repeating it answers the same rain. */
  rainId: Uuid.optional(),
  code: RainCode.optional(),
  budgetCoins: z.number().int(),
  packetCount: z.number().int(),
  durationSeconds: z.number().int().min(RAIN_DURATION_SECONDS_MIN).max(RAIN_DURATION_SECONDS_MAX),
  claimsPerViewer: z.number().int().min(1).max(RAIN_CLAIMS_PER_VIEWER_MAX).default(1),
  fundedBy: RainFunding.default("anchor"),
  /** What viewers read with it. */
  remark: optionalLine(RAIN_REMARK_LENGTH_MAX).optional(),
  /** Starts by itself at this time, once it is ready and while the room is live. */
  startsAt: IsoTime.optional(),
});
export type RainCreateInput = z.infer<typeof RainCreateInput>;

export const RainIdInput = z.object({ rainId: Uuid });
export const RainStartInput = RainIdInput.extend({
  /** Viewers see a countdown of this many seconds first; 0 starts at once. */
  countdownSeconds: z.number().int().min(0).max(RAIN_COUNTDOWN_SECONDS_MAX).default(0),
});
export type RainStartInput = z.infer<typeof RainStartInput>;

export const RainPageInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(50).default(10),
});
export type RainPageInput = z.infer<typeof RainPageInput>;

export const RainClaimInput = z.object({
  code: RainCode,
  roomId: Uuid,
  /** Made by the client, once per tap; repeating it answers the same packet. Scoped by viewer. */
  claimId: Uuid,
});
export type RainClaimInput = z.infer<typeof RainClaimInput>;

/** A packet that a viewer got; its coins are in the wallet within moments. */
export interface RainPacket {
  rainId: string;
  claimId: string;
  /** From 0; which packet of the split it is. */
  packetIndex: number;
  coins: number;
}

export const LuckyClaim = z.object({
  userId: z.string(),
  nickname: z.string(),
  coins: z.number().int(),
  packetIndex: z.number().int(),
});
export type LuckyClaim = z.infer<typeof LuckyClaim>;

/** What everybody may know of a rain at any time. */
export interface RainFacts {
  rainId: string;
  roomId: string;
  anchor: { userId: string; nickname: string };
  status: RainStatus;
  endReason: RainEndReason | null;
  budgetCoins: number;
  packetCount: number;
  durationSeconds: number;
  claimsPerViewer: number;
  /** What the anchor says with it; null where nothing is said. */
  remark: string | null;
  /** SHA-256 of the server's seed, published before the split. */
  commitment: string;
  /** HMAC-SHA256 of all amounts with the server's seed as its key, known once it is ready. */
  packetsDigest: string | null;
  /** For a planned start. */
  startsAt: string | null;
  startedAt: string | null;
  endsAt: string | null;
  endedAt: string | null;
  /** Credited so far. */
  claimedCount: number;
  claimedCoins: number;
  /** What went back to who paid; known at the end. */
  refundedCoins: number;
  luckiest: LuckyClaim | null;
}

/** A rain as its anchor and operators see it. */
export interface Rain extends RainFacts {
  fundedBy: RainFunding;
  /** Null until it starts: before that it travels to nobody. */
  code: string | null;
  /** How far preparing is, of `packetCount`. */
  loadedPackets: number;
  traceId: string;
  createdAt: string;
}

/** What a room shows of red packets to whoever looks. */
export interface RoomRain {
  /** The rain that is falling; `code` is null for those who may not claim in this room. */
  current: (RainFacts & { code: string | null }) | null;
  /** The next planned one. */
  upcoming: RainFacts | null;
  /** What the caller has got in the current one. */
  mine: RainPacket[];
  /** The server's clock, so that countdowns do not depend on the viewer's. */
  now: string;
}

export interface RainResult extends RainFacts {
  /** Ten at most, most coins first. */
  luckiestBoard: LuckyClaim[];
  /** What the caller got. */
  mine: RainPacket[];
  /** How many viewers got at least one. */
  viewers: number;
  /** Claims over the time it fell, in thirty equal parts; empty before it started. */
  series: { fromMs: number; claims: number; coins: number }[];
}

/** Everything that is needed to compute the split anew. Null is what is not yet public. */
export interface RainProof extends RainFacts {
  /** Number of the room event that published the commitment. */
  committedSeq: number | null;
  /** Ids of what viewers did in the room after that, as `seq:id`, oldest first; fixed when it was prepared. */
  entropy: string[] | null;
  /** 32 bytes in hex; revealed at the end. */
  serverSeed: string | null;
}

export const RainClaimsInput = RainIdInput.extend({
  /** The first packet to list. */
  fromIndex: z.number().int().min(0).max(RAIN_PACKETS_MAX).default(0),
  limit: z.number().int().min(1).max(5_000).default(5_000),
});
export type RainClaimsInput = z.infer<typeof RainClaimsInput>;
/** Which packets were claimed, once it has ended: `[packetIndex, coins]`, by index. */
export interface RainClaims {
  claims: [packetIndex: number, coins: number][];
  /** Null after the last. */
  nextIndex: number | null;
}

/** What an operator allows of every rain; whole coins. */
export const RainPolicy = z.object({
  budgetCoinsMax: z.number().int().min(1).max(RAIN_BUDGET_COINS_MAX),
  /** Of one anchor's own coins on one day of the platform's calendar. */
  dayBudgetCoinsMax: z.number().int().min(1).max(1_000_000_000_000),
  packetCountMax: z.number().int().min(1).max(RAIN_PACKETS_MAX),
  durationSecondsMax: z.number().int().min(RAIN_DURATION_SECONDS_MIN).max(RAIN_DURATION_SECONDS_MAX),
  claimsPerViewerMax: z.number().int().min(1).max(RAIN_CLAIMS_PER_VIEWER_MAX),
  /** What the platform pays in a day for packets that were shown as won and could not be kept; 0 pays nothing. */
  madeGoodDayCoinsMax: z.number().int().min(0).max(1_000_000_000_000),
});
export type RainPolicy = z.infer<typeof RainPolicy>;
/** What it leaves out of the last one stays as it is. */
export const SetRainPolicyInput = RainPolicy.partial({ madeGoodDayCoinsMax: true }).extend({
  reason: OperatorReason,
});
export type SetRainPolicyInput = z.infer<typeof SetRainPolicyInput>;

/** Coins of the platform that an anchor may rain. */
export interface RainGrant {
  grantId: string;
  anchorId: string;
  nickname: string | null;
  coins: number;
  /** In rains that are not yet over, or claimed; what is not claimed comes back. */
  usedCoins: number;
  expiresAt: string | null;
  revokedAt: string | null;
  reason: string;
  createdAt: string;
}
export const GrantRainInput = z.object({
  /** Made by the client, once per intent. */
  grantId: Uuid,
  anchorId: Uuid,
  coins: z.number().int().min(1).max(RAIN_BUDGET_COINS_MAX),
  expiresAt: IsoTime.optional(),
  reason: OperatorReason,
});
export type GrantRainInput = z.infer<typeof GrantRainInput>;
export const RevokeRainGrantInput = z.object({ grantId: Uuid, reason: OperatorReason });
export type RevokeRainGrantInput = z.infer<typeof RevokeRainGrantInput>;
export const RainGrantsInput = RainPageInput.extend({ anchorId: Uuid.optional() });
export type RainGrantsInput = z.infer<typeof RainGrantsInput>;

/** The studio's first look: own rains, newest first, and what may be rained. */
export interface MyRains {
  items: Rain[];
  nextCursor: string | null;
  policy: RainPolicy;
  /** Budgets of today that came from the own wallet. */
  usedTodayCoins: number;
  /** Grants that can still be used. */
  grants: RainGrant[];
}

export const RainSearchInput = RainPageInput.extend({
  status: RainStatus.optional(),
  anchorId: Uuid.optional(),
  roomId: Uuid.optional(),
});
export type RainSearchInput = z.infer<typeof RainSearchInput>;
export const StopRainInput = RainIdInput.extend({ reason: OperatorReason });
export type StopRainInput = z.infer<typeof StopRainInput>;

/** A claim in its bucket's queue. A packet that was popped is an entry here: the two cannot part. */
export const RainClaimEntry = z.object({
  rainId: Uuid,
  packetIndex: z.number().int().min(0).max(RAIN_PACKETS_MAX),
  coins: z.number().int().min(1).max(RAIN_BUDGET_COINS_MAX),
  userId: Uuid,
  claimId: Uuid,
  traceId: z.string(),
  claimedAt: IsoTime,
});
export type RainClaimEntry = z.infer<typeof RainClaimEntry>;

/** What one viewer ever grabbed. */
export interface RainGrabbed {
  packets: number;
  coins: number;
}
