import { type Recovery, recoverChargeback } from "@/db/live/queries/chargebacks";
import { BizError } from "@/domain/contracts/errors";
import type { RecoverChargebackInput } from "@/domain/contracts/wallet-admin";
import type { SignedInCtx } from "../context";
import { announceWallet } from "./announce-wallet";

/**
 * Takes back, for an operator, the coins that a charged-back payment had bought, as far as they are still there. What is
 * missing stays owed and can be taken later. Repeating a call with the same `recoveryId` takes nothing more.
 *
 * Throws NOT_FOUND where no such payment was charged back, NOTHING_TO_RECOVER, and INVALID_INPUT when the id was used
 * for another payment.
 */
export async function recoverCoins(ctx: SignedInCtx, input: RecoverChargebackInput): Promise<Recovery> {
  const recovery = await recoverChargeback(ctx.live, {
    ...input,
    actorId: ctx.session.userId,
    traceId: ctx.traceId,
  });
  if (recovery === "unknown") throw new BizError("NOT_FOUND", { field: "paymentId" });
  if (recovery === "conflict") throw new BizError("INVALID_INPUT", { field: "recoveryId" });
  if (recovery === "nothing") throw new BizError("NOTHING_TO_RECOVER");
  await announceWallet(ctx, recovery.userId, "adjustment");
  return recovery;
}
