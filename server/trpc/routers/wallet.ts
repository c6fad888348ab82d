import {
  RechargeInput,
  RechargeOrderInput,
  RechargeOrdersInput,
  RechargeSearchInput,
} from "../../contracts/recharge";
import { StatementInput } from "../../contracts/wallet";
import { listProducts } from "../../services/recharge/list-products";
import {
  getRechargeOrder,
  listOwnRechargeOrders,
  searchOrders,
} from "../../services/recharge/recharge-orders";
import { startRecharge } from "../../services/recharge/start-recharge";
import { getWalletBalance } from "../../services/wallet/get-wallet-balance";
import { listStatement } from "../../services/wallet/list-statement";
import { contract } from "../contract";
import { anyone, fromReplica, operator, router, viewer } from "../init";

export const walletRouter = router({
  balance: viewer.query(({ ctx }) => getWalletBalance(ctx)),
  statement: viewer
    .use(fromReplica)
    .input(contract(StatementInput))
    .query(({ ctx, input }) => listStatement(ctx, input)),
  products: anyone.query(({ ctx }) => listProducts(ctx)),
  recharge: viewer.input(contract(RechargeInput)).mutation(({ ctx, input }) => startRecharge(ctx, input)),
  order: viewer.input(contract(RechargeOrderInput)).query(({ ctx, input }) => getRechargeOrder(ctx, input)),
  orders: viewer
    .use(fromReplica)
    .input(contract(RechargeOrdersInput))
    .query(({ ctx, input }) => listOwnRechargeOrders(ctx, input)),
  rechargeOrders: operator
    .use(fromReplica)
    .input(contract(RechargeSearchInput))
    .query(({ ctx, input }) => searchOrders(ctx, input)),
});
