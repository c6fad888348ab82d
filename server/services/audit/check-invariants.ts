import { auditEarnings, auditWithdrawals } from "@/db/finance/queries/audit-earnings";
import {
  auditAccountsSum,
  auditBalances,
  auditGiftTrades,
  auditNegativeWallets,
  auditSequences,
} from "@/db/live/queries/audit-ledger";
import { auditRecharges, auditRefunds } from "@/db/live/queries/audit-money-in";
import { auditPayments, auditTakeBacks } from "@/db/live/queries/audit-payments";
import { auditRains } from "@/db/live/queries/audit-rains";
import { CHECKS, type CheckKey, type CheckReport, type Difference } from "@/domain/contracts/reconciliation";
import type { AuditResources, Outcome } from "./check";
import { checkAnalytics } from "./check-analytics";
import { checkAuditChain } from "./check-audit-chain";
import { checkBoards } from "./check-boards";
import { checkCaches } from "./check-caches";
import { checkDeadLetters } from "./check-dead-letters";
import { checkLines } from "./check-lines";
import { checkOrders } from "./check-orders";
import { checkPackets } from "./check-packets";
import { checkQueue } from "./check-queue";
import { checkReversals } from "./check-reversals";
import { checkSettledSums } from "./check-settled-sums";
import { checkWonPackets } from "./check-won-packets";

const RUN: Record<CheckKey, (resources: AuditResources) => Promise<Outcome>> = {
  "accounts-sum": ({ live }) => auditAccountsSum(live),
  balances: ({ live }) => auditBalances(live),
  "negative-wallets": ({ live }) => auditNegativeWallets(live),
  "gift-trades": ({ live }) => auditGiftTrades(live),
  sequences: ({ live }) => auditSequences(live),
  "settled-sums": checkSettledSums,
  lines: checkLines,
  earnings: ({ finance }) => auditEarnings(finance),
  withdrawals: ({ finance }) => auditWithdrawals(finance),
  rains: ({ live }) => auditRains(live),
  packets: checkPackets,
  recharges: ({ live }) => auditRecharges(live),
  queue: checkQueue,
  boards: checkBoards,
  caches: checkCaches,
  refunds: ({ live }) => auditRefunds(live),
  reversals: checkReversals,
  "audit-chain": checkAuditChain,
  payments: ({ live }) => auditPayments(live),
  "take-backs": ({ live }) => auditTakeBacks(live),
  orders: checkOrders,
  "won-packets": checkWonPackets,
  "dead-letters": checkDeadLetters,
  analytics: checkAnalytics,
};

export interface InvariantResult extends CheckReport {
  /** Number and words of the invariant, as in docs/operations.md. */
  name: string;
  breaches: Difference[];
}

export interface CheckOptions {
  /** Told after each check. */
  onChecked?: (result: InvariantResult) => Promise<void>;
  /** Between two checks the run can be given up. */
  signal?: AbortSignal;
}

/**
 * Checks every invariant on the running databases, the queue and the caches. Reads only, and what is merely on its way
 * is no breach. `npm run audit`, the reconciliation and the tests all ask here. An empty `breaches` means it holds.
 * Throws what kept a check from looking, after the others have looked.
 */
export async function checkInvariants(
  resources: AuditResources,
  options: CheckOptions = {},
): Promise<InvariantResult[]> {
  const results: InvariantResult[] = [];
  const errors: unknown[] = [];
  for (const { key, invariant, text } of CHECKS) {
    options.signal?.throwIfAborted();
    const startedAt = performance.now();
    const outcome = await RUN[key](resources).catch((error: unknown) => {
      errors.push(error);
    });
    if (!outcome) continue;
    const result = {
      key,
      name: `${invariant} ${text}`,
      compared: outcome.compared,
      differences: outcome.differences.length,
      tookMs: Math.round(performance.now() - startedAt),
      breaches: outcome.differences,
    };
    results.push(result);
    await options.onChecked?.(result);
  }
  if (errors.length > 0) throw errors[0];
  return results;
}
