import { z } from "zod";
import { GIFT_COUNT_MAX, PRICE_COINS_MAX } from "../rules/money";
import { GiftId, IsoTime, StoredUuid, TraceId, Uuid } from "./ids";
import { PageCursor, readableLine, WebAddress } from "./texts";

export const GiftItem = z.object({
  giftId: GiftId,
  nameEn: z.string(),
  nameZh: z.string(),
  priceCoins: z.number().int().positive(),
  /** Names the built-in animation; unknown names fall back to a present box. */
  effect: z.string(),
  /** A remote SVGA file that plays instead of the built-in animation. */
  svgaUrl: z.string().nullable(),
  sortOrder: z.number().int(),
});
export type GiftItem = z.infer<typeof GiftItem>;

export const GiftSendInput = z.object({
  giftOrderId: Uuid,
  roomId: Uuid,
  giftId: GiftId,
  count: z.number().int().min(1).max(GIFT_COUNT_MAX),
  /** Made by the client when a combo starts; the server keeps the count. */
  comboId: Uuid.optional(),
  anonymous: z.boolean().optional(),
  /** The sender was told that this goes beyond half of a cap, and wants it. */
  confirmed: z.boolean().optional(),
});
export type GiftSendInput = z.infer<typeof GiftSendInput>;

export const GiftOrderStatus = z.enum(["unknown", "pending", "settled", "failed", "refunded"]);
export type GiftOrderStatus = z.infer<typeof GiftOrderStatus>;

/** Why an accepted order failed; `failed` orders cost nothing. */
export const GiftFailureReason = z.enum([
  "INSUFFICIENT_COINS",
  "GIFT_ORDER_CONFLICT",
  "WALLET_FROZEN",
  "INTERNAL",
]);
export type GiftFailureReason = z.infer<typeof GiftFailureReason>;

export interface GiftSendResult {
  giftOrderId: string;
  status: Exclude<GiftOrderStatus, "unknown">;
  priceCoins: number;
  totalCoins: number;
  reason?: GiftFailureReason;
  traceId: string;
}

export interface GiftStatusResult {
  giftOrderId: string;
  status: GiftOrderStatus;
  reason?: GiftFailureReason;
  totalCoins: number;
  traceId: string;
}

export const GiftStatusInput = z.object({ giftOrderId: Uuid });
export const GiftGetInput = z.object({ giftId: GiftId });

export const GiftHistoryInput = z.object({
  /** `sent`: gifts I sent, with failed ones; `received`: gifts sent to my room. */
  side: z.enum(["sent", "received"]).default("sent"),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export type GiftHistoryInput = z.infer<typeof GiftHistoryInput>;

export interface GiftHistoryItem {
  giftOrderId: string;
  status: "settled" | "failed" | "refunded";
  reason?: GiftFailureReason;
  refundedAt: string | null;
  giftId: string;
  count: number;
  priceCoins: number;
  totalCoins: number;
  roomId: string;
  /** The other party: the anchor for sent gifts, the sender for received ones (null when sent anonymously). */
  counterparty: { userId: string; nickname: string } | null;
  sentAt: string;
  traceId: string;
}

export const GiftSearchInput = z.object({
  /** An order's id, a trace id, or a user's id: what that user sent. */
  text: readableLine(64),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type GiftSearchInput = z.infer<typeof GiftSearchInput>;

/** A gift order as operators see it: with both sides, also when it was sent anonymously. */
export interface FoundGiftOrder {
  giftOrderId: string;
  status: "settled" | "failed" | "refunded";
  reason?: GiftFailureReason;
  refundedAt: string | null;
  senderId: string;
  senderName: string | null;
  anchorId: string;
  anchorName: string | null;
  roomId: string;
  giftId: string;
  count: number;
  totalCoins: number;
  traceId: string;
  sentAt: string;
}

export const GiftCreateInput = z.object({
  giftId: GiftId,
  nameEn: readableLine(40),
  nameZh: readableLine(40),
  priceCoins: z.number().int().min(1).max(PRICE_COINS_MAX),
  effect: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  svgaUrl: WebAddress.max(500).nullable().default(null),
  sortOrder: z.number().int().min(0).max(10_000).default(100),
});
export type GiftCreateInput = z.infer<typeof GiftCreateInput>;
export const GiftUpdateInput = GiftCreateInput.partial().required({ giftId: true });
export type GiftUpdateInput = z.infer<typeof GiftUpdateInput>;
export const GiftDisableInput = z.object({ giftId: GiftId });

/** One entry of `gifts:{b}`, as the intake script writes it and gift-debit reads it. */
export const GiftQueueEntry = z.object({
  giftOrderId: StoredUuid,
  senderId: StoredUuid,
  senderName: z.string(),
  roomId: StoredUuid,
  sessionId: StoredUuid,
  anchorId: StoredUuid,
  giftId: GiftId,
  count: z.number().int().min(1).max(GIFT_COUNT_MAX),
  priceCoins: z.number().int().min(1).max(PRICE_COINS_MAX),
  comboId: StoredUuid.nullable(),
  anonymous: z.boolean(),
  traceId: TraceId,
  /** Set by the web process when it accepted the gift; the share in force is looked up with it. */
  sentAt: IsoTime,
});
export type GiftQueueEntry = z.infer<typeof GiftQueueEntry>;
