import { z } from "zod";
import { Uuid } from "./ids";

export const WithdrawalStatus = z.enum(["requested", "approved", "paying", "paid", "rejected", "failed"]);
export type WithdrawalStatus = z.infer<typeof WithdrawalStatus>;

export const PayoutAccountKind = z.enum(["bank", "alipay", "wechat"]);
export type PayoutAccountKind = z.infer<typeof PayoutAccountKind>;

/** How the number of each kind of account looks, without spaces. */
const NUMBER_OF_KIND: Record<PayoutAccountKind, RegExp> = {
  bank: /^\d{8,34}$/,
  alipay: /^(\+?\d{6,20}|[\w.%+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,4})$/,
  wechat: /^[A-Za-z\d][\w-]{5,63}$/,
};

export const PayoutAccount = z
  .object({
    kind: PayoutAccountKind,
    /** Whose account it is. */
    name: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .regex(/^[^\p{Cc}]*$/u, "must be one line"),
    number: z
      .string()
      .max(200)
      .transform((text) => text.replaceAll(/\s/g, "")),
  })
  .refine(({ kind, number }) => NUMBER_OF_KIND[kind].test(number), {
    path: ["number"],
    message: "does not look like such an account",
  });
export type PayoutAccount = z.infer<typeof PayoutAccount>;

/** Far above any limit; sums of many stay safe integers. */
const AMOUNT_FEN_MAX = 100_000_000_000;
const AmountFen = z.number().int().min(1).max(AMOUNT_FEN_MAX);

export const WithdrawInput = z.object({
  /** Made by the client, once per intent; scoped by anchor. */
  withdrawalId: Uuid,
  amountFen: AmountFen,
  payoutAccount: PayoutAccount,
});
export type WithdrawInput = z.infer<typeof WithdrawInput>;

export const WithdrawalsInput = z.object({
  cursor: z.string().max(200).optional(),
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
const NamedWithdrawal = z.object({ withdrawalId: Uuid, anchorId: Uuid.optional() });

export const DecideWithdrawalInput = NamedWithdrawal.extend({
  approve: z.boolean(),
  note: z.string().trim().max(500).default(""),
});
export type DecideWithdrawalInput = z.infer<typeof DecideWithdrawalInput>;

export const RetryPayoutInput = NamedWithdrawal;
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
}

/** What an anchor may withdraw now. */
export interface WithdrawalLimits {
  minimumFen: number;
  dailyMaxFen: number;
  usedTodayFen: number;
  approvalThresholdFen: number;
}

/** The limits as operators set them; whole fen. */
export const WithdrawalPolicy = z.object({
  minimumFen: AmountFen,
  /** Of one anchor on one day of the platform's calendar. */
  dailyMaxFen: AmountFen,
  /** Smaller amounts need no operator. */
  approvalThresholdFen: z.number().int().min(0).max(AMOUNT_FEN_MAX),
});
export type WithdrawalPolicy = z.infer<typeof WithdrawalPolicy>;

export const SetWithdrawalPolicyInput = WithdrawalPolicy.extend({
  reason: z.string().trim().min(1).max(500),
});
export type SetWithdrawalPolicyInput = z.infer<typeof SetWithdrawalPolicyInput>;
