import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";
import { optionalLines, PageCursor } from "./texts";

export const WithdrawalStatus = z.enum(["requested", "approved", "paying", "paid", "rejected", "failed"]);
export type WithdrawalStatus = z.infer<typeof WithdrawalStatus>;

export const PayoutAccountKind = z.enum(["bank", "alipay", "wechat"]);
export type PayoutAccountKind = z.infer<typeof PayoutAccountKind>;

/** Far above any limit; sums of many stay safe integers. */
const AMOUNT_FEN_MAX = 100_000_000_000;
export const AmountFen = z.number().int().min(1).max(AMOUNT_FEN_MAX);

/** `isNeeded` is false, and nothing was sent, when this account needs no code. */
export type SentAccountCode =
  | { isNeeded: false }
  | { isNeeded: true; phoneMasked: string; expiresAt: string };

/** Why a withdrawal does not pass by itself. */
export const APPROVAL_REASONS = [
  "sum_of_day",
  "sum_of_month",
  "new_accounts",
  "account_not_confirmed",
] as const;
export type ApprovalReason = (typeof APPROVAL_REASONS)[number];

/** What was looked at when a withdrawal was asked for; sums are with it. Kept with it, and never changed. */
export interface WithdrawalAssessment {
  reasons: ApprovalReason[];
  dayFen: number;
  monthFen: number;
  /** Of the month, to accounts that were new by then. */
  newAccountsFen: number;
  isAccountKnown: boolean;
  isAccountConfirmed: boolean;
  /** Of what the anchor has earned, what came in within the day before; less what refunds took back of it. */
  earnedWithinDayFen: number;
}

export const PAYOUT_HOLD_KINDS = ["restriction", "phone_changed", "charge_back", "operator"] as const;
export type PayoutHoldKind = (typeof PAYOUT_HOLD_KINDS)[number];

/** A hold as the anchor sees it. */
export interface StandingHold {
  kind: PayoutHoldKind;
  until: string | null;
}

/** A hold as operators see it. */
export interface StandingHoldFacts extends StandingHold {
  holdId: string;
  reason: string;
  placedAt: string;
}

const HOLD_DAYS_MAX = 365;

export const HoldPayoutsInput = z.object({
  /** Made by the client, once per intent. */
  holdId: Uuid,
  anchorId: Uuid,
  reason: OperatorReason,
  /** Without it the hold stands until it is lifted. */
  days: z.number().int().min(1).max(HOLD_DAYS_MAX).optional(),
});
export type HoldPayoutsInput = z.infer<typeof HoldPayoutsInput>;

export const LiftPayoutHoldInput = z.object({ holdId: Uuid, reason: OperatorReason });
export type LiftPayoutHoldInput = z.infer<typeof LiftPayoutHoldInput>;

export const PayoutHoldsInput = z.object({ anchorId: Uuid });
export type PayoutHoldsInput = z.infer<typeof PayoutHoldsInput>;

export const WithdrawalsInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type WithdrawalsInput = z.infer<typeof WithdrawalsInput>;

/** What operators search by. `stuck`: the provider's answer never came, and nobody asks any more until told to. */
export const WithdrawalSearchInput = WithdrawalsInput.extend({
  status: WithdrawalStatus.optional(),
  anchorId: Uuid.optional(),
  stuck: z.boolean().optional(),
});
export type WithdrawalSearchInput = z.infer<typeof WithdrawalSearchInput>;

/** Names one withdrawal to an operator; the anchor is needed where two anchors' clients made the same id. */
export const NamedWithdrawal = z.object({ withdrawalId: Uuid, anchorId: Uuid.optional() });
export type NamedWithdrawal = z.infer<typeof NamedWithdrawal>;

export const DecideWithdrawalInput = NamedWithdrawal.extend({
  approve: z.boolean(),
  note: optionalLines(500).default(""),
});
export type DecideWithdrawalInput = z.infer<typeof DecideWithdrawalInput>;

export const RetryPayoutInput = NamedWithdrawal.extend({ reason: OperatorReason });
export type RetryPayoutInput = z.infer<typeof RetryPayoutInput>;

/** One change of state. */
export interface WithdrawalStep {
  status: WithdrawalStatus;
  at: string;
  /** What the operator or the platform said to it. */
  note: string | null;
}

export interface Withdrawal {
  withdrawalId: string;
  amountFen: number;
  status: WithdrawalStatus;
  payoutAccount: { kind: PayoutAccountKind; nameMasked: string; numberMasked: string };
  /** Why it was rejected or failed, or why the payout is not clear yet. */
  reason: string | null;
  /** Why an operator has to look at it, as long as one has to. */
  waitsFor: ApprovalReason[];
  /** Oldest first. */
  steps: WithdrawalStep[];
  traceId: string;
  createdAt: string;
  paidAt: string | null;
}

/** A withdrawal as operators see it. */
export interface WithdrawalFacts extends Withdrawal {
  anchorId: string;
  nickname: string | null;
  payoutId: string;
  providerRef: string | null;
  attempts: number;
  /** When the provider is asked next; null when nobody will ask. */
  nextAttemptAt: string | null;
  assessment: WithdrawalAssessment | null;
  /** What stops payouts to this anchor now. */
  holds: StandingHoldFacts[];
}

/** The rules of withdrawals as operators set them; whole fen. */
export const WithdrawalPolicy = z.object({
  minimumFen: AmountFen,
  /** Of one anchor on one day of the platform's calendar. */
  dailyMaxFen: AmountFen,
  /** An operator decides as soon as an anchor has asked for this much within 24 hours. */
  approvalThresholdFen: z.number().int().min(0).max(AMOUNT_FEN_MAX),
  /** The same within 30 days. */
  monthThresholdFen: z.number().int().min(0).max(AMOUNT_FEN_MAX),
  /** The same for accounts that nothing was paid to yet, or only within the last day. */
  newAccountThresholdFen: z.number().int().min(0).max(AMOUNT_FEN_MAX),
  /** What was settled less than this long ago cannot be withdrawn yet. */
  holdingHours: z.number().int().min(0).max(8_760),
  /** Whether a code to the anchor's phone has to confirm each new account. */
  accountCodeRequired: z.boolean(),
});
export type WithdrawalPolicy = z.infer<typeof WithdrawalPolicy>;

/** What is left out stays as it is. */
export const SetWithdrawalPolicyInput = WithdrawalPolicy.partial().extend({ reason: OperatorReason });
export type SetWithdrawalPolicyInput = z.infer<typeof SetWithdrawalPolicyInput>;

/** What an anchor may withdraw now. */
export interface WithdrawalLimits extends WithdrawalPolicy {
  usedTodayFen: number;
  /** Asked for within 24 hours and within 30 days. */
  dayFen: number;
  monthFen: number;
  /** What stops payouts to the anchor. */
  holds: StandingHold[];
}
