import { v7 as uuidv7 } from "uuid";
import { setWalletFrozen } from "@/db/live/queries/freeze-wallet";
import { BizError } from "@/domain/contracts/errors";
import type { FreezeWalletInput, UnfreezeWalletInput } from "@/domain/contracts/wallet-admin";
import type { SignedInCtx } from "../context";
import { finishEnd, finishRestriction } from "../people/restrict-account";
import { announceWallet } from "./announce-wallet";

/**
 * Stops a wallet, for an operator, as a restriction of spending does: new gifts are refused at once, those already accepted
 * fail with WALLET_FROZEN and cost nothing; of an anchor the room is closed, rains end and payouts are held. Coins may still
 * come in. Throws NOT_FOUND where there is no wallet.
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
  const changed = await setWalletFrozen(ctx.live, {
    userId,
    frozen,
    lift,
    reason,
    actorId: ctx.session.userId,
    traceId: ctx.traceId,
    restrictionId: uuidv7(),
  });
  if (!changed) throw new BizError("NOT_FOUND", { field: "userId" });
  if (changed.restrictionId) await finishRestriction(ctx, changed.restrictionId);
  for (const id of changed.liftedIds) await finishEnd(ctx, id);
  await announceWallet(ctx, userId, "adjustment");
  return { userId };
}
