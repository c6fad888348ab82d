import { FinanceLinesInput, SetShareInput } from "../../contracts/finance";
import { getFinanceSummary } from "../../services/finance/get-summary";
import { listSettlementLines } from "../../services/finance/list-lines";
import { listShares, setShare } from "../../services/finance/shares";
import { contract } from "../contract";
import { anchor, operator, router } from "../init";

export const financeRouter = router({
  summary: anchor.query(({ ctx }) => getFinanceSummary(ctx)),
  lines: anchor.input(contract(FinanceLinesInput)).query(({ ctx, input }) => listSettlementLines(ctx, input)),
  shares: operator.query(({ ctx }) => listShares(ctx)),
  setShare: operator.input(contract(SetShareInput)).mutation(({ ctx, input }) => setShare(ctx, input)),
});
