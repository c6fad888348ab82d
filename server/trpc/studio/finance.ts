import { FinanceLinesInput } from "@/domain/contracts/finance";
import { SendAccountCodeInput, WithdrawInput } from "@/domain/contracts/payout-account";
import { WithdrawalsInput } from "@/domain/contracts/withdrawal";
import { getFinanceSummary } from "../../services/finance/get-summary";
import { listSettlementLines } from "../../services/finance/list-lines";
import { listReversals } from "../../services/finance/list-reversals";
import { listMyWithdrawals } from "../../services/withdrawal/list-withdrawals";
import { requestWithdrawal } from "../../services/withdrawal/request-withdrawal";
import { sendAccountCode } from "../../services/withdrawal/send-account-code";
import { getWithdrawalLimits } from "../../services/withdrawal/withdrawal-limits";
import { contract } from "../contract";
import { anchor, fromReplica } from "../init";

export const studioFinance = {
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
  reversals: anchor.input(contract(FinanceLinesInput)).query(({ ctx, input }) => listReversals(ctx, input)),
};
