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
  /** Ever bought and paid for, without what was charged back. Pushed balances do not say. */
  rechargedCoins?: number;
}

export const StatementInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(30),
  type: TradeType.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});
export type StatementInput = z.infer<typeof StatementInput>;

/** What coins moved for; an anchor who is gone is null. */
export type StatementAbout =
  | {
      kind: "gift";
      /** Where it was given, and what its price is counted in. */
      source: "room" | "pk";
      unit: "coin";
      giftId: string;
      nameEn: string;
      nameZh: string;
      count: number;
      anchor: { userId: string; nickname: string } | null;
    }
  /** Red packets: put in, won, or come back. */
  | { kind: "rain"; rainId: string; anchor: { userId: string; nickname: string } | null }
  /** A top-up, or what was taken back of one or returned. */
  | { kind: "payment"; orderId: string; priceFen: number }
  /** Given by the platform. */
  | { kind: "grant" };

export interface StatementItem {
  tradeId: string;
  type: TradeType;
  /** Signed: negative leaves the wallet. */
  amountCoins: number;
  /** What the wallet held once this was posted. */
  balanceAfterCoins: number;
  about: StatementAbout | null;
  bizId: string;
  /** The gift that a refund gave back; null for everything else. */
  giftOrderId: string | null;
  traceId: string;
  at: string;
}
