import { StatementInput } from "../../contracts/wallet";
import { getWalletBalance } from "../../services/wallet/get-wallet-balance";
import { listStatement } from "../../services/wallet/list-statement";
import { contract } from "../contract";
import { router, viewer } from "../init";

export const walletRouter = router({
  balance: viewer.query(({ ctx }) => getWalletBalance(ctx)),
  statement: viewer.input(contract(StatementInput)).query(({ ctx, input }) => listStatement(ctx, input)),
});
