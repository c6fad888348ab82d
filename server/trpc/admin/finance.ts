import { FinanceLinesInput, RecomputeLineInput, SettlementLinesInput } from "@/domain/contracts/finance";
import { SendAccountCodeInput, WithdrawInput } from "@/domain/contracts/payout-account";
import { ReconciliationInput } from "@/domain/contracts/reconciliation-input";
import {
  HoldPayoutsInput,
  LiftPayoutHoldInput,
  PayoutHoldsInput,
  RetryPayoutInput,
  WithdrawalSearchInput,
  WithdrawalsInput,
} from "@/domain/contracts/withdrawal";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { getFinanceSummary } from "../../services/finance/get-summary";
import { listAnyLines, listSettlementLines } from "../../services/finance/list-lines";
import { listReversals } from "../../services/finance/list-reversals";
import { getSettlementState, listRuns } from "../../services/finance/list-settlement-runs";
import { recomputeLine } from "../../services/finance/recompute-line";
import { listShares } from "../../services/finance/shares";
import { getReconciliation } from "../../services/reconciliation/get-reconciliation";
import { retryPayout } from "../../services/withdrawal/decide-withdrawal";
import { holdPayouts, liftHold, listStandingHolds } from "../../services/withdrawal/hold-payouts";
import { listMyWithdrawals, searchWithdrawals } from "../../services/withdrawal/list-withdrawals";
import { requestWithdrawal } from "../../services/withdrawal/request-withdrawal";
import { sendAccountCode } from "../../services/withdrawal/send-account-code";
import { getWithdrawalLimits, getWithdrawalPolicy } from "../../services/withdrawal/withdrawal-limits";
import { contract } from "../contract";
import { anchor, fromReplica, operator, operatorAlone, operatorWithSecond, router } from "../init";

export const financeRouter = router({
  summary: anchor.query(({ ctx }) => getFinanceSummary(ctx)),
  lines: anchor
    .use(fromReplica)
    .input(contract(FinanceLinesInput))
    .query(({ ctx, input }) => listSettlementLines(ctx, input)),
  withdraw: anchor.input(contract(WithdrawInput)).mutation(({ ctx, input }) => requestWithdrawal(ctx, input)),
  sendAccountCode: anchor
    .input(contract(SendAccountCodeInput))
    .mutation(({ ctx, input }) => sendAccountCode(ctx, input)),
  withdrawals: anchor
    .use(fromReplica)
    .input(contract(WithdrawalsInput))
    .query(({ ctx, input }) => listMyWithdrawals(ctx, input)),
  withdrawalLimits: anchor.query(({ ctx }) => getWithdrawalLimits(ctx)),
  searchWithdrawals: operator
    .use(fromReplica)
    .input(contract(WithdrawalSearchInput))
    .query(({ ctx, input }) => searchWithdrawals(ctx, input)),
  decideWithdrawal: operatorWithSecond(DUAL_ACTIONS.decideWithdrawal),
  retryPayout: operatorAlone
    .input(contract(RetryPayoutInput))
    .mutation(({ ctx, input }) => retryPayout(ctx, input)),
  payoutHolds: operator
    .input(contract(PayoutHoldsInput))
    .query(({ ctx, input }) => listStandingHolds(ctx, input)),
  holdPayouts: operatorAlone
    .input(contract(HoldPayoutsInput))
    .mutation(({ ctx, input }) => holdPayouts(ctx, input)),
  liftPayoutHold: operatorAlone
    .input(contract(LiftPayoutHoldInput))
    .mutation(({ ctx, input }) => liftHold(ctx, input)),
  withdrawalPolicy: operator.query(({ ctx }) => getWithdrawalPolicy(ctx)),
  setWithdrawalPolicy: operatorWithSecond(DUAL_ACTIONS.setWithdrawalPolicy),
  reversals: anchor.input(contract(FinanceLinesInput)).query(({ ctx, input }) => listReversals(ctx, input)),
  shares: operator.use(fromReplica).query(({ ctx }) => listShares(ctx)),
  setShare: operatorWithSecond(DUAL_ACTIONS.setShare),
  settlementState: operator.query(({ ctx }) => getSettlementState(ctx)),
  settlementRuns: operator.input(contract(FinanceLinesInput)).query(({ ctx, input }) => listRuns(ctx, input)),
  settlementLines: operator
    .input(contract(SettlementLinesInput))
    .query(({ ctx, input }) => listAnyLines(ctx, input)),
  recomputeLine: operator
    .input(contract(RecomputeLineInput))
    .query(({ ctx, input }) => recomputeLine(ctx, input)),
  reconciliation: operator
    .input(contract(ReconciliationInput))
    .query(({ ctx, input }) => getReconciliation(ctx, input)),
});
