import { z } from "zod";
import { OperatorReason, type Role, Uuid } from "./ids";
import { SpendingCaps } from "./policies";
import type { PaymentStanding } from "./recharge";
import { readableLine } from "./texts";
import { StatementInput, type WalletBalance } from "./wallet";

export const FreezeWalletInput = z.object({ userId: Uuid, reason: OperatorReason });
export type FreezeWalletInput = z.infer<typeof FreezeWalletInput>;

export const UnfreezeWalletInput = FreezeWalletInput.extend({
  /**
   * The reasons to take away, as `inspect` shows them, so that one which came meanwhile stays. Where none is named: the
   * operators' own, and where there is none of these, those of payments.
   */
  lift: z
    .array(z.object({ source: z.enum(["operator", "payment"]), subject: z.union([Uuid, z.literal("")]) }))
    .min(1)
    .max(100)
    .optional(),
});
export type UnfreezeWalletInput = z.infer<typeof UnfreezeWalletInput>;

/** Who or what freezes wallets. */
export type FreezeSource = "operator" | "payment" | "restriction";

/** A reason for which a wallet is frozen. */
export interface WalletFreeze {
  source: FreezeSource;
  /** Id of the payment or restriction; empty for an operator's own. */
  subject: string;
  reason: string;
  at: string;
}

export const FindWalletsInput = z.object({
  /** A user's id, or the beginning of a nickname. */
  text: readableLine(60),
});
export type FindWalletsInput = z.infer<typeof FindWalletsInput>;

export interface FoundWallet {
  userId: string;
  nickname: string;
  role: Role;
  /** Null before a wallet was opened. */
  balanceCoins: number | null;
  frozen: boolean;
}

export const WalletOfInput = z.object({ userId: Uuid });
export const StatementOfInput = StatementInput.extend({ userId: Uuid });
export type StatementOfInput = z.infer<typeof StatementOfInput>;

export const SetCapsOfInput = SpendingCaps.extend({ userId: Uuid, reason: OperatorReason });
export type SetCapsOfInput = z.infer<typeof SetCapsOfInput>;

export const SetCapsPolicyInput = SpendingCaps.extend({ reason: OperatorReason });
export type SetCapsPolicyInput = z.infer<typeof SetCapsPolicyInput>;

export const RecoverChargebackInput = z.object({
  /** Made by the operator's client; the same id recovers once. */
  recoveryId: Uuid,
  paymentId: Uuid,
  reason: OperatorReason,
});
export type RecoverChargebackInput = z.infer<typeof RecoverChargebackInput>;

/** A payment of which something went back, or may. */
export interface ChargebackItem {
  paymentId: string;
  orderId: string;
  standing: PaymentStanding;
  amountFen: number;
  coins: number;
  recoveredCoins: number;
  owedCoins: number;
  chargedBackAt: string | null;
}

/** What operators did to a wallet. */
export interface WalletAction {
  action: string;
  actorId: string;
  actorName: string | null;
  reason: string | null;
  traceId: string;
  at: string;
}

export interface WalletDetail {
  userId: string;
  nickname: string;
  role: string;
  balance: WalletBalance;
  caps: CapsView;
  freezes: WalletFreeze[];
  chargebacks: ChargebackItem[];
  actions: WalletAction[];
}

/** The caps of a viewer and what counts against them. */
export interface CapsView {
  platform: SpendingCaps;
  own: SpendingCaps;
  /** A looser cap of one's own that begins later. */
  next: (SpendingCaps & { at: string }) | null;
  spentDayCoins: number;
  spentMonthCoins: number;
}
