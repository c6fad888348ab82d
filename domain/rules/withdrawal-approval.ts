import type { ApprovalReason, WithdrawalPolicy } from "../contracts/withdrawal";

/** What an approval is decided by. Sums are of what was asked for and not given back, with the amount in question. */
export interface ApprovalFacts {
  dayFen: number;
  monthFen: number;
  /** Of the month, to accounts that are not known. */
  newAccountsFen: number;
  /** Whether something was paid to this account more than a day ago. */
  isAccountKnown: boolean;
  /** Whether the anchor's phone has said yes to this account. */
  isAccountConfirmed: boolean;
}

/**
 * Why an operator has to look at a withdrawal; nobody has to when there is no reason.
 *
 * | account               | passes by itself when all of these hold                                        |
 * | --------------------- | ------------------------------------------------------------------------------ |
 * | known                 | sum of 24 hours and sum of 30 days below their thresholds                      |
 * | new, confirmed        | the same, and the sum to all new accounts within 30 days below its threshold   |
 * | new, not confirmed    | as new and confirmed, but only where the policy asks for no code               |
 *
 * Sums, not the single amount: what is cut into pieces, or spread over accounts, comes to the same. Earnings that are too
 * young are not in question here: they cannot be asked for.
 */
export function decideWithdrawalApproval(facts: ApprovalFacts, policy: WithdrawalPolicy): ApprovalReason[] {
  const reasons: ApprovalReason[] = [];
  if (facts.dayFen >= policy.approvalThresholdFen) reasons.push("sum_of_day");
  if (facts.monthFen >= policy.monthThresholdFen) reasons.push("sum_of_month");
  if (facts.isAccountKnown) return reasons;
  if (facts.newAccountsFen >= policy.newAccountThresholdFen) reasons.push("new_accounts");
  if (policy.accountCodeRequired && !facts.isAccountConfirmed) reasons.push("account_not_confirmed");
  return reasons;
}
