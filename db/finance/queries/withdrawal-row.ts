import type { withdrawals } from "@/db/finance/schema";
import type {
  PayoutAccountKind,
  WithdrawalAssessment,
  WithdrawalStatus,
} from "@/domain/contracts/withdrawal";

export type WithdrawalRow = typeof withdrawals.$inferSelect;

/** As hand-written statements return it. */
export interface RawWithdrawal {
  anchor_id: string;
  withdrawal_id: string;
  payout_id: string;
  amount_fen: string;
  status: WithdrawalStatus;
  account_cipher: string;
  account_index: string;
  account_kind: PayoutAccountKind;
  name_masked: string;
  account_masked: string;
  assessment: WithdrawalAssessment | null;
  note: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  ordered_at: Date | null;
  provider_ref: string | null;
  failure_reason: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  trace_id: string;
  created_at: Date;
  updated_at: Date;
  paid_at: Date | null;
}

export function toWithdrawal(raw: RawWithdrawal): WithdrawalRow {
  return {
    anchorId: raw.anchor_id,
    withdrawalId: raw.withdrawal_id,
    payoutId: raw.payout_id,
    amountFen: Number(raw.amount_fen),
    status: raw.status,
    accountCipher: raw.account_cipher,
    accountIndex: raw.account_index,
    accountKind: raw.account_kind,
    nameMasked: raw.name_masked,
    accountMasked: raw.account_masked,
    assessment: raw.assessment,
    note: raw.note,
    decidedBy: raw.decided_by,
    decidedAt: raw.decided_at,
    orderedAt: raw.ordered_at,
    providerRef: raw.provider_ref,
    failureReason: raw.failure_reason,
    attempts: raw.attempts,
    nextAttemptAt: raw.next_attempt_at,
    traceId: raw.trace_id,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    paidAt: raw.paid_at,
  };
}
