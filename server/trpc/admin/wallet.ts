import { PaymentLifeInput, RechargeSearchInput } from "@/domain/contracts/recharge";
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
import { getPaymentLife } from "../../services/recharge/payment-life";
import { searchOrders } from "../../services/recharge/recharge-orders";
import { freezeWallet, unfreezeWallet } from "../../services/wallet/freeze-wallet";
import { findWallets, getWalletDetail, listStatementOfUser } from "../../services/wallet/inspect-wallets";
import { recoverCoins } from "../../services/wallet/recover-chargeback";
import { getCapsPolicy, setCapsOf } from "../../services/wallet/spending-caps";
import { contract } from "../contract";
import { fromReplica, operator, operatorAlone, operatorWithSecond } from "../init";

export const adminWallet = {
  rechargeOrders: operator
    .use(fromReplica)
    .input(contract(RechargeSearchInput))
    .query(({ ctx, input }) => searchOrders(ctx, input)),
  paymentLife: operator
    .input(contract(PaymentLifeInput))
    .query(({ ctx, input }) => getPaymentLife(ctx, input)),
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
};
