import { FinanceLinesInput, RecomputeLineInput, SettlementLinesInput } from "@/domain/contracts/finance";
import { ReconciliationInput } from "@/domain/contracts/reconciliation-input";
import {
  HoldPayoutsInput,
  LiftPayoutHoldInput,
  PayoutHoldsInput,
  RetryPayoutInput,
  WithdrawalSearchInput,
} from "@/domain/contracts/withdrawal";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { listAnyLines } from "../../services/finance/list-lines";
import { getSettlementState, listRuns } from "../../services/finance/list-settlement-runs";
import { recomputeLine } from "../../services/finance/recompute-line";
import { listShares } from "../../services/finance/shares";
import { getReconciliation } from "../../services/reconciliation/get-reconciliation";
import { retryPayout } from "../../services/withdrawal/decide-withdrawal";
import { holdPayouts, liftHold, listStandingHolds } from "../../services/withdrawal/hold-payouts";
import { searchWithdrawals } from "../../services/withdrawal/list-withdrawals";
import { getWithdrawalPolicy } from "../../services/withdrawal/withdrawal-limits";
import { contract } from "../contract";
import { fromReplica, operator, operatorAlone, operatorWithSecond } from "../init";

export const adminFinance = {
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
};
