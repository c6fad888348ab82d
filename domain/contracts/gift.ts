import { z } from "zod";
import { GIFT_COINS_MAX, GIFT_COUNT_MAX, PRICE_COINS_MAX } from "../rules/money";
import { GIFT_FILE_URL_LENGTH_MAX } from "./gift-file";
import { GiftId, IsoTime, NONCE, OperatorReason, StoredUuid, TraceId, Uuid } from "./ids";
import { optionalLine, PageCursor, readableLine, WalksCursor, WebAddress } from "./texts";

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
  /** Of a paid gift that was given in a battle: one that came too late, or was not the agreed gift, is a plain gift. */
  pk?: { pkId: string; isCounted: boolean };
}

/** Where a gift was given, and what its price is counted in; null of one that was never paid. */
export interface GiftOrigin {
  source: "room" | "pk" | null;
  unit: "coin" | null;
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

export interface GiftHistoryItem extends GiftOrigin {
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

const GIFT_SEARCH_TEXT_MAX = 64;
export const GiftSearchInput = z.object({
  /** An order's id, a trace id, or a user's id: what that user sent. Without it, every order that the rest asks for. */
  text: optionalLine(GIFT_SEARCH_TEXT_MAX).optional(),
  status: z.enum(["settled", "failed", "refunded"]).optional(),
  giftId: GiftId.optional(),
  /** The sender's id, whole phone number with its country code, or the beginning of the nickname. */
  viewer: optionalLine(GIFT_SEARCH_TEXT_MAX).optional(),
  /** The same of the anchor, or the room's id or words of its title. */
  room: optionalLine(GIFT_SEARCH_TEXT_MAX).optional(),
  coinsMin: z.number().int().min(0).max(GIFT_COINS_MAX).optional(),
  coinsMax: z.number().int().min(0).max(GIFT_COINS_MAX).optional(),
  /** From then on, and before then: when it was paid or failed; of refunded ones, when it was given back. */
  from: IsoTime.optional(),
  to: IsoTime.optional(),
  cursor: WalksCursor.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type GiftSearchInput = z.infer<typeof GiftSearchInput>;

/** Whom a name stands for; `isMore` when it stands for more people than are searched at once. */
export interface NamedPeople {
  people: { userId: string; nickname: string | null }[];
  isMore: boolean;
}

export interface FoundGiftOrders {
  items: FoundGiftOrder[];
  nextCursor: string | null;
  /** Of a page that is not full though there may be more: everything newer was looked through. */
  searchedTo: string | null;
  viewers: NamedPeople | null;
  anchors: NamedPeople | null;
}

/** A gift order as operators see it: with both sides, also when it was sent anonymously. */
export interface FoundGiftOrder extends GiftOrigin {
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
  /** When it was paid or failed; the list goes by it. */
  bookedAt: string;
}

const GiftFacts = z.object({
  nameEn: readableLine(40),
  nameZh: readableLine(40),
  priceCoins: z.number().int().min(1).max(PRICE_COINS_MAX),
  effect: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  svgaUrl: WebAddress.max(GIFT_FILE_URL_LENGTH_MAX).nullable(),
  sortOrder: z.number().int().min(0).max(10_000),
});
const WhichGift = z.object({ giftId: GiftId, reason: OperatorReason.optional() });

export const GiftCreateInput = WhichGift.extend({
  ...GiftFacts.shape,
  svgaUrl: GiftFacts.shape.svgaUrl.default(null),
  sortOrder: GiftFacts.shape.sortOrder.default(100),
});
export type GiftCreateInput = z.infer<typeof GiftCreateInput>;
/** What is left out stays as it is: no field has a default here. */
export const GiftUpdateInput = WhichGift.extend({
  ...GiftFacts.partial().shape,
  /** True puts it on sale again. */
  enabled: z.boolean().optional(),
});
export type GiftUpdateInput = z.infer<typeof GiftUpdateInput>;
export const GiftDisableInput = WhichGift;
export type GiftDisableInput = z.infer<typeof GiftDisableInput>;

/** A gift as operators see it, also after it was taken off sale. */
export type CatalogueItem = GiftItem & { enabled: boolean };

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
  /** Of the signed call by which it came. */
  nonce: z.string().regex(NONCE).optional(),
});
export type GiftQueueEntry = z.infer<typeof GiftQueueEntry>;
