import { SpendingCaps } from "@/domain/contracts/policies";
import {
  PaymentLifeInput,
  RechargeInput,
  RechargeOrderInput,
  RechargeOrdersInput,
  RechargeSearchInput,
} from "@/domain/contracts/recharge";
import { StatementInput } from "@/domain/contracts/wallet";
import {
  FindWalletsInput,
  FreezeWalletInput,
  RecoverChargebackInput,
  SetCapsOfInput,
  StatementOfInput,
  UnfreezeWalletInput,
  WalletOfInput,
} from "@/domain/contracts/wallet-admin";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { listProducts } from "../../services/recharge/list-products";
import { getPaymentLife } from "../../services/recharge/payment-life";
import {
  getRechargeOrder,
  listOwnRechargeOrders,
  searchOrders,
} from "../../services/recharge/recharge-orders";
import { startRecharge } from "../../services/recharge/start-recharge";
import { freezeWallet, unfreezeWallet } from "../../services/wallet/freeze-wallet";
import { getWalletBalance } from "../../services/wallet/get-wallet-balance";
import { findWallets, getWalletDetail, listStatementOfUser } from "../../services/wallet/inspect-wallets";
import { listStatement } from "../../services/wallet/list-statement";
import { recoverCoins } from "../../services/wallet/recover-chargeback";
import { getCaps, getCapsPolicy, setCapsOf, setOwnCaps } from "../../services/wallet/spending-caps";
import { contract } from "../contract";
import {
  anyone,
  fromReplica,
  operator,
  operatorAlone,
  operatorWithSecond,
  router,
  spender,
  viewer,
} from "../init";

export const walletRouter = router({
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
  rechargeOrders: operator
    .use(fromReplica)
    .input(contract(RechargeSearchInput))
    .query(({ ctx, input }) => searchOrders(ctx, input)),
  paymentLife: operator
    .input(contract(PaymentLifeInput))
    .query(({ ctx, input }) => getPaymentLife(ctx, input)),
  caps: viewer.query(({ ctx }) => getCaps(ctx)),
  setCaps: spender.input(contract(SpendingCaps)).mutation(({ ctx, input }) => setOwnCaps(ctx, input)),
  find: operator.input(contract(FindWalletsInput)).query(({ ctx, input }) => findWallets(ctx, input)),
  inspect: operator.input(contract(WalletOfInput)).query(({ ctx, input }) => getWalletDetail(ctx, input)),
  statementOf: operator
    .input(contract(StatementOfInput))
    .query(({ ctx, input }) => listStatementOfUser(ctx, input)),
  freeze: operatorAlone
    .input(contract(FreezeWalletInput))
    .mutation(({ ctx, input }) => freezeWallet(ctx, input)),
  unfreeze: operatorAlone
    .input(contract(UnfreezeWalletInput))
    .mutation(({ ctx, input }) => unfreezeWallet(ctx, input)),
  setCapsOf: operatorAlone
    .input(contract(SetCapsOfInput))
    .mutation(({ ctx, input }) => setCapsOf(ctx, input)),
  capsPolicy: operator.query(({ ctx }) => getCapsPolicy(ctx)),
  setCapsPolicy: operatorWithSecond(DUAL_ACTIONS.setCapsPolicy),
  recover: operatorAlone
    .input(contract(RecoverChargebackInput))
    .mutation(({ ctx, input }) => recoverCoins(ctx, input)),
});
