import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";
import { PageCursor } from "./texts";

export const GiftRefundInput = z.object({
  senderId: Uuid,
  giftOrderId: Uuid,
  /** Made by the operator's client; the same id refunds once, however often it is sent. */
  refundId: Uuid,
  reason: OperatorReason,
});
export type GiftRefundInput = z.infer<typeof GiftRefundInput>;

export interface GiftRefundResult {
  refundId: string;
  giftOrderId: string;
  senderId: string;
  totalCoins: number;
  reason: string;
  traceId: string;
  refundedAt: string;
}

export const RefundsInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export type RefundsInput = z.infer<typeof RefundsInput>;
