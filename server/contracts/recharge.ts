import { z } from "zod";
import { Uuid } from "./ids";

export interface RechargeProduct {
  productId: string;
  coins: number;
  priceFen: number;
}

export const RechargeInput = z.object({
  /** Made by the client, once per intent; scoped by user. */
  orderId: Uuid,
  productId: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "must be a product id"),
});
export type RechargeInput = z.infer<typeof RechargeInput>;

export interface RechargeResult {
  orderId: string;
  /** Where the person pays; the provider sends them back to the wallet. */
  payUrl: string;
}

export const RechargeOrderInput = z.object({ orderId: Uuid });
export type RechargeOrderInput = z.infer<typeof RechargeOrderInput>;

export const RechargeOrdersInput = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type RechargeOrdersInput = z.infer<typeof RechargeOrdersInput>;

export const RechargeStatus = z.enum(["pending", "paid", "expired", "failed", "charged_back"]);
export type RechargeStatus = z.infer<typeof RechargeStatus>;

export interface RechargeOrder {
  orderId: string;
  productId: string;
  coins: number;
  priceFen: number;
  status: RechargeStatus;
  /** Why it failed, in the provider's word; null otherwise. */
  reason: string | null;
  /** Only while the order is pending. */
  payUrl: string | null;
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

export const PaymentKind = z.enum(["paid", "failed", "charged_back"]);
export type PaymentKind = z.infer<typeof PaymentKind>;

/** What became of a provider's callback or answer. */
export const PaymentOutcome = z.enum(["credited", "already_final", "failed", "charged_back", "ignored"]);
export type PaymentOutcome = z.infer<typeof PaymentOutcome>;
