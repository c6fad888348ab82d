import { z } from "zod";
import { PRODUCT_COINS_MAX, PRODUCT_FEN_MAX } from "../rules/money";
import { OperatorReason, Uuid } from "./ids";
import { PageCursor } from "./texts";

export interface RechargeProduct {
  productId: string;
  coins: number;
  priceFen: number;
}

const ProductId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "must be a product id");

export const RechargeInput = z.object({
  /** Made by the client, once per intent; scoped by user. */
  orderId: Uuid,
  productId: ProductId,
});
export type RechargeInput = z.infer<typeof RechargeInput>;

export interface RechargeResult {
  orderId: string;
  /** Where the person pays; the provider sends them back to the wallet. */
  payUrl: string;
  /** Whether the provider lets that page be shown in a frame of ours; otherwise it wants a window. */
  inFrame: boolean;
}

/** The name of the channel between our own pages on which a frame that comes back from paying names its order. */
export const PAYMENT_RETURN_CHANNEL = "downpour.payment-return";

export const RechargeOrderInput = z.object({ orderId: Uuid });
export type RechargeOrderInput = z.infer<typeof RechargeOrderInput>;

export const RechargeOrdersInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type RechargeOrdersInput = z.infer<typeof RechargeOrdersInput>;

export const RechargeStatus = z.enum(["pending", "paid", "expired", "failed", "charged_back"]);
export type RechargeStatus = z.infer<typeof RechargeStatus>;

/**
 * What a provider says of a payment beyond that it was paid. `won`: a dispute was decided for us; `lost`: against us.
 */
export const PaymentStanding = z.enum([
  "clear",
  "fraud_warning",
  "inquiry",
  "partly_refunded",
  "refunded",
  "partly_disputed",
  "disputed",
  "won",
  "lost",
]);
export type PaymentStanding = z.infer<typeof PaymentStanding>;

export interface RechargeOrder {
  orderId: string;
  productId: string;
  coins: number;
  priceFen: number;
  status: RechargeStatus;
  standing: PaymentStanding;
  /** Why it failed, in the provider's word; null otherwise. */
  reason: string | null;
  /** Only while the order is pending. */
  payUrl: string | null;
  /** Whether that page may be shown in a frame of ours. */
  inFrame: boolean;
  traceId: string;
  createdAt: string;
  expiresAt: string;
  paidAt: string | null;
}

/** What operators search by; all orders, newest first, when nothing is given. */
export const RechargeSearchInput = RechargeOrdersInput.extend({
  status: RechargeStatus.optional(),
  userId: Uuid.optional(),
});
export type RechargeSearchInput = z.infer<typeof RechargeSearchInput>;

/** An order as operators see it. */
export interface RechargeOrderFacts extends RechargeOrder {
  paymentId: string;
  userId: string;
  nickname: string | null;
  provider: string;
  providerRef: string | null;
  walletFrozen: boolean;
  chargedBackAt: string | null;
}

export const PaymentLifeInput = z.object({ paymentId: Uuid });
export type PaymentLifeInput = z.infer<typeof PaymentLifeInput>;

/** One thing that a provider has said of a payment, as it was heard. */
export interface PaymentFactItem {
  kind: string;
  /** Of the refund, dispute or warning; empty where there is only one. */
  ref: string;
  state: string;
  /** Null: not named, or not in fen of CNY; it stands for the whole payment. */
  amountFen: number | null;
  /** In the provider's own words. */
  said: Record<string, unknown>;
  saidAt: string | null;
  heardAt: string;
  traceId: string;
}

/** Everything that became of a payment, for operators. */
export interface PaymentLife {
  paymentId: string;
  userId: string;
  status: RechargeStatus;
  standing: PaymentStanding;
  coins: number;
  priceFen: number;
  owedFen: number;
  owedCoins: number;
  /** Taken from the wallet, less what was given back. */
  recoveredCoins: number;
  returnedCoins: number;
  /** Whether this payment keeps the wallet frozen. */
  freezes: boolean;
  /** In the order in which they were heard. */
  facts: PaymentFactItem[];
  gifts: {
    refundId: string;
    giftOrderId: string;
    anchorId: string;
    anchorName: string | null;
    coins: number;
    at: string;
  }[];
  holds: { anchorId: string; anchorName: string | null; placedAt: string; liftedAt: string | null }[];
}

export const PaymentKind = z.enum(["paid", "failed", "charged_back"]);
export type PaymentKind = z.infer<typeof PaymentKind>;

/**
 * What became of a provider's callback or answer. `held`: spending stops and nothing is taken; `released`: less is owed
 * than before, or nothing is feared any more; `noted`: kept, and nothing changes.
 */
export const PaymentOutcome = z.enum([
  "credited",
  "already_final",
  "failed",
  "charged_back",
  "refunded",
  "held",
  "released",
  "noted",
  "ignored",
]);
export type PaymentOutcome = z.infer<typeof PaymentOutcome>;

const productFacts = {
  coins: z.number().int().min(1).max(PRODUCT_COINS_MAX),
  priceFen: z.number().int().min(1).max(PRODUCT_FEN_MAX),
  /** Lower ones stand first. */
  sortOrder: z.number().int().min(0).max(10_000),
};
export const ProductCreateInput = z.object({ productId: ProductId, ...productFacts, reason: OperatorReason });
export type ProductCreateInput = z.infer<typeof ProductCreateInput>;
/** What is left out stays. */
export const ProductUpdateInput = z
  .object({ ...productFacts, enabled: z.boolean() })
  .partial()
  .extend({ productId: ProductId, reason: OperatorReason });
export type ProductUpdateInput = z.infer<typeof ProductUpdateInput>;
export const ProductDisableInput = z.object({ productId: ProductId, reason: OperatorReason });
export type ProductDisableInput = z.infer<typeof ProductDisableInput>;

/** A product as operators see it, on sale or not. */
export interface ProductItem extends RechargeProduct {
  sortOrder: number;
  enabled: boolean;
  updatedAt: string;
}
