import { setWalletFrozen } from "@/db/live/queries/freeze-wallet";
import { BizError } from "@/server/contracts/errors";
import type { FreezeWalletInput, UnfreezeWalletInput } from "@/server/contracts/wallet-admin";
import type { SignedInCtx } from "../context";
import { announceWallet } from "./announce-wallet";

/**
 * Stops a wallet, for an operator: new gifts are refused at once, those already accepted fail with WALLET_FROZEN and cost
 * nothing. Coins may still come in. Throws NOT_FOUND where there is no wallet.
 */
export function freezeWallet(ctx: SignedInCtx, input: FreezeWalletInput): Promise<{ userId: string }> {
  return set(ctx, input, true);
}

/**
 * Takes reasons away for which a wallet is frozen; it can be spent from again when none is left. What a payment or a
 * restriction has frozen is not let go with what an operator has. Throws NOT_FOUND where there is none.
 */
export function unfreezeWallet(ctx: SignedInCtx, input: UnfreezeWalletInput): Promise<{ userId: string }> {
  return set(ctx, input, false);
}

async function set(ctx: SignedInCtx, { userId, reason, lift }: UnfreezeWalletInput, frozen: boolean) {
  const found = await setWalletFrozen(ctx.live, {
    userId,
    frozen,
    lift,
    reason,
    actorId: ctx.session.userId,
    traceId: ctx.traceId,
  });
  if (!found) throw new BizError("NOT_FOUND", { field: "userId" });
  await announceWallet(ctx, userId, "adjustment");
  return { userId };
}
