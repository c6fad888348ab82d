import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";

/** Every procedure that needs a second operator while four eyes are on; a text each in the messages (`adminApprovals.actions`). */
export const DUAL_ACTION_NAMES = [
  "finance.setShare",
  "finance.setWithdrawalPolicy",
  "finance.decideWithdrawal",
  "wallet.setCapsPolicy",
  "product.create",
  "product.update",
  "rain.grant",
  "rain.revokeGrant",
  "rain.setPolicy",
  "people.setRole",
  "people.decideApplication",
  "ops.creditDeadLetter",
  "ops.setSetting",
  "ops.setMediaHosts",
  "chat.setWords",
  "ops.setRetentionPolicy",
  "ops.setPhoneChangePolicy",
  "ops.setAlarmRule",
  "analytics.setTierPolicy",
  "ops.setFourEyesPolicy",
] as const;
export type DualActionName = (typeof DUAL_ACTION_NAMES)[number];

type KeyOf<K extends string> = K extends `${infer Area}.${infer What}` ? `${Area}_${What}` : K;
export type DualActionKey = KeyOf<DualActionName>;
/** The name as a key of the messages, where a dot would be a level. */
export const dualActionKey = (name: DualActionName) => name.replaceAll(".", "_") as DualActionKey;

/** `auto`: on in production and staging as long as more than one operator can sign in, or could three days ago. */
export const FourEyesMode = z.enum(["auto", "on", "off"]);
export type FourEyesMode = z.infer<typeof FourEyesMode>;

/** When a second operator has to agree. */
export const FourEyesPolicy = z.object({
  mode: FourEyesMode,
  /** From this much to one anchor within a day, approving a withdrawal needs two. */
  largePayoutFen: z.number().int().min(1).max(100_000_000_000),
});
export type FourEyesPolicy = z.infer<typeof FourEyesPolicy>;

export const SetFourEyesPolicyInput = FourEyesPolicy.extend({ reason: OperatorReason });
export type SetFourEyesPolicyInput = z.infer<typeof SetFourEyesPolicyInput>;

/** The policy and what comes of it now. */
export interface FourEyes extends FourEyesPolicy {
  isOn: boolean;
  /** Operators who can sign in. */
  operators: number;
}

export const ProposalState = z.enum(["pending", "executing", "approved", "rejected", "expired", "failed"]);
export type ProposalState = z.infer<typeof ProposalState>;

export const ProposalsInput = z.object({
  /** Decided ones too. */
  all: z.boolean().default(false),
  cursor: Uuid.optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export type ProposalsInput = z.infer<typeof ProposalsInput>;

export const DecideProposalInput = z.object({
  proposalId: Uuid,
  approve: z.boolean(),
  reason: OperatorReason,
});
export type DecideProposalInput = z.infer<typeof DecideProposalInput>;

/** What a person found out about a proposal that was cut off while it was executed. */
export const ResolveProposalInput = z.object({
  proposalId: Uuid,
  done: z.boolean(),
  reason: OperatorReason,
});
export type ResolveProposalInput = z.infer<typeof ResolveProposalInput>;

export interface Proposal {
  proposalId: string;
  /** The procedure. */
  action: string;
  /** As `kind:id`. */
  subject: string;
  input: Record<string, unknown>;
  /** How it stood when it was proposed; null where there is nothing to compare with. */
  before: Record<string, unknown> | null;
  proposedBy: string;
  proposedByName: string | null;
  reason: string | null;
  traceId: string;
  createdAt: string;
  expiresAt: string;
  state: ProposalState;
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAt: string | null;
  note: string | null;
  error: string | null;
}
