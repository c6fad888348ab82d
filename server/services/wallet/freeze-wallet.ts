import { setWalletFrozen } from "@/db/live/queries/freeze-wallet";
import { BizError } from "@/server/contracts/errors";
import type { FreezeWalletInput } from "@/server/contracts/wallet-admin";
import type { SignedInCtx } from "../context";
import { announceWallet } from "./announce-wallet";

/**
 * Stops a wallet, for an operator: new gifts are refused at once, those already accepted fail with WALLET_FROZEN and cost
 * nothing. Coins may still come in. Throws NOT_FOUND where there is no wallet.
 */
export function freezeWallet(ctx: SignedInCtx, input: FreezeWalletInput): Promise<{ userId: string }> {
  return set(ctx, input, true);
}

/** Lets a wallet go again. Throws NOT_FOUND where there is none. */
export function unfreezeWallet(ctx: SignedInCtx, input: FreezeWalletInput): Promise<{ userId: string }> {
  return set(ctx, input, false);
}

async function set(ctx: SignedInCtx, { userId, reason }: FreezeWalletInput, frozen: boolean) {
  const found = await setWalletFrozen(ctx.live, {
    userId,
    frozen,
    reason,
    actorId: ctx.session.userId,
    traceId: ctx.traceId,
  });
  if (!found) throw new BizError("NOT_FOUND", { field: "userId" });
  await announceWallet(ctx, userId, "adjustment");
  return { userId };
}
