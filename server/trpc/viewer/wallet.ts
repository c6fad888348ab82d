import { SpendingCaps } from "@/domain/contracts/policies";
import { RechargeInput, RechargeOrderInput, RechargeOrdersInput } from "@/domain/contracts/recharge";
import { StatementInput } from "@/domain/contracts/wallet";
import { listProducts } from "../../services/recharge/list-products";
import { getRechargeOrder, listOwnRechargeOrders } from "../../services/recharge/recharge-orders";
import { startRecharge } from "../../services/recharge/start-recharge";
import { getWalletBalance } from "../../services/wallet/get-wallet-balance";
import { listStatement } from "../../services/wallet/list-statement";
import { getCaps, setOwnCaps } from "../../services/wallet/spending-caps";
import { contract } from "../contract";
import { anyone, fromReplica, spender, viewer } from "../init";

export const viewerWallet = {
  balance: viewer.query(({ ctx }) => getWalletBalance(ctx)),
  statement: viewer
    .use(fromReplica)
    .input(contract(StatementInput))
    .query(({ ctx, input }) => listStatement(ctx, input)),
  products: anyone.query(({ ctx }) => listProducts(ctx)),
  recharge: spender.input(contract(RechargeInput)).mutation(({ ctx, input }) => startRecharge(ctx, input)),
  order: viewer.input(contract(RechargeOrderInput)).query(({ ctx, input }) => getRechargeOrder(ctx, input)),
  orders: viewer
    .use(fromReplica)
    .input(contract(RechargeOrdersInput))
    .query(({ ctx, input }) => listOwnRechargeOrders(ctx, input)),
  caps: viewer.query(({ ctx }) => getCaps(ctx)),
  setCaps: spender.input(contract(SpendingCaps)).mutation(({ ctx, input }) => setOwnCaps(ctx, input)),
};
