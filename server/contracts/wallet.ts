import { z } from "zod";
import { PageCursor } from "./texts";

export const TradeType = z.enum([
  "gift",
  "recharge",
  "packet_escrow",
  "packet",
  "packet_refund",
  "refund",
  "adjustment",
]);
export type TradeType = z.infer<typeof TradeType>;

export interface WalletBalance {
  /** What the ledger holds. */
  balanceCoins: number;
  /** Reserved by gifts on their way; spendable is balance − pending. */
  pendingCoins: number;
  version: number;
  /** An operator stopped it: nothing can be spent or bought until it is let go. Pushed balances do not say. */
  frozen?: boolean;
}

export const StatementInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(30),
  type: TradeType.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});
export type StatementInput = z.infer<typeof StatementInput>;

export interface StatementItem {
  tradeId: string;
  type: TradeType;
  /** Signed: negative leaves the wallet. */
  amountCoins: number;
  bizId: string;
  /** The gift that a refund gave back; null for everything else. */
  giftOrderId: string | null;
  traceId: string;
  at: string;
}
