import { deleteFactor, putWaitingFactor, readFactorState, tryFactor } from "@/db/live/queries/second-factors";
import { BizError } from "@/domain/contracts/errors";
import {
  type ConfirmSecondFactorInput,
  FRESH_FACTOR_MINUTES,
  type NewSecondFactor,
  type ResetSecondFactorInput,
  type SecondFactorView,
  type VerifySecondFactorInput,
} from "@/domain/contracts/second-factor";
import { vaultOf } from "@/platform/security/vault";
import { requiresSecondFactor } from "../../auth/second-factor-rule";
import { sendSessionNotice } from "../../auth/session-notices";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import {
  describeSecret,
  findStep,
  hashRecoveryCode,
  newRecoveryCodes,
  newSecret,
  secondFactorPlace,
} from "./time-codes";

const stateOf = ({ live, session }: SignedInCtx) =>
  readFactorState(live, { ...session, freshMinutes: FRESH_FACTOR_MINUTES });

/** How the caller's second factor stands. */
export async function getSecondFactor(ctx: SignedInCtx): Promise<SecondFactorView> {
  const { isEnrolled, recoveryCodesLeft, verifiedAt } = await stateOf(ctx);
  return {
    isRequired: requiresSecondFactor(ctx.env),
    isEnrolled,
    recoveryCodesLeft,
    verifiedAt: verifiedAt?.toISOString() ?? null,
  };
}

/**
 * A new secret for the caller's authenticator; it counts once `me.confirmSecondFactor` had a code of it. Throws
 * FORBIDDEN when one is in force: another operator resets it.
 */
export async function startSecondFactor(ctx: SignedInCtx): Promise<NewSecondFactor> {
  const { userId, nickname } = ctx.session;
  const secret = newSecret();
  const secretCipher = vaultOf(ctx.env).seal(secondFactorPlace(userId), secret);
  if (!(await putWaitingFactor(ctx.live, { userId, secretCipher }))) throw new BizError("FORBIDDEN");
  return describeSecret(secret, nickname);
}

/**
 * Puts the new secret in force with a first code of it, and tells the recovery codes, this once. Throws NOT_FOUND when none
 * waits, ONE_TIME_CODE_WRONG, ONE_TIME_CODE_LOCKED.
 */
export async function confirmSecondFactor(
  ctx: SignedInCtx,
  { code }: ConfirmSecondFactorInput,
): Promise<{ recoveryCodes: string[] }> {
  const recoveryCodes = newRecoveryCodes();
  const vault = vaultOf(ctx.env);
  await tryCode(ctx, code, {
    confirmWith: recoveryCodes.map((one) => hashRecoveryCode(vault, ctx.session.userId, one)),
  });
  return { recoveryCodes };
}

/**
 * Makes the caller's session an operator's, and fresh, by a code of the authenticator or a recovery code; each is good
 * once. Throws NOT_FOUND when no factor is in force, ONE_TIME_CODE_WRONG, and ONE_TIME_CODE_LOCKED after too many.
 */
export async function verifySecondFactor(
  ctx: SignedInCtx,
  { code }: VerifySecondFactorInput,
): Promise<SecondFactorView> {
  const recoveryHash = hashRecoveryCode(vaultOf(ctx.env), ctx.session.userId, code);
  await tryCode(ctx, code, { recoveryHash });
  return await getSecondFactor(ctx);
}

async function tryCode(
  ctx: SignedInCtx,
  code: string,
  how: { recoveryHash: string } | { confirmWith: readonly string[] },
): Promise<void> {
  const { userId, sessionId } = ctx.session;
  const vault = vaultOf(ctx.env);
  const tried = await tryFactor(ctx.live, {
    userId,
    sessionId,
    traceId: ctx.traceId,
    findStep: (sealed) => findStep(vault.open(secondFactorPlace(userId), sealed), code),
    ...how,
  });
  if (tried === "absent") throw new BizError("NOT_FOUND", { field: "code" });
  if (tried === "locked") throw new BizError("ONE_TIME_CODE_LOCKED", { field: "code" });
  if (tried === "wrong") throw new BizError("ONE_TIME_CODE_WRONG", { field: "code" });
  await sendSessionNotice(ctx.redis, ctx.log, { userId });
}

/**
 * Takes another operator's second factor away, who has lost it, with all sessions of theirs: they set up a new one when they
 * sign in. Throws FORBIDDEN for one's own, NOT_FOUND when there is none, SECOND_FACTOR_NEEDED without a fresh code.
 */
export async function resetSecondFactor(
  ctx: SignedInCtx,
  { userId, reason }: ResetSecondFactorInput,
): Promise<{ userId: string }> {
  if (userId === ctx.session.userId) throw new BizError("FORBIDDEN", { field: "userId" });
  await requireFreshFactor(ctx);
  const isReset = await deleteFactor(ctx.live, userId, actingOperator(ctx, reason));
  if (!isReset) throw new BizError("NOT_FOUND", { field: "userId" });
  await sendSessionNotice(ctx.redis, ctx.log, { userId });
  return { userId };
}

/** For what needs a code that was given just now. Throws SECOND_FACTOR_NEEDED. Nothing where the caller needs no factor. */
export async function requireFreshFactor(ctx: SignedInCtx): Promise<void> {
  const { isEnrolled, isFresh } = await stateOf(ctx);
  if (isFresh || (!isEnrolled && !requiresSecondFactor(ctx.env))) return;
  throw new BizError("SECOND_FACTOR_NEEDED");
}
