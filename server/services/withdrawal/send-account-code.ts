import { putAccountCode, readAccountStanding } from "@/db/finance/queries/account-codes";
import { findSealedPhone } from "@/db/live/queries/payees";
import { readPolicy } from "@/db/policies";
import { BizError } from "@/domain/contracts/errors";
import type { SendAccountCodeInput } from "@/domain/contracts/payout-account";
import type { SentAccountCode } from "@/domain/contracts/withdrawal";
import { DEMO_CODE, isDemoUserPhone } from "@/domain/rules/demo-users";
import { maskNumber } from "@/domain/rules/mask";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { phoneSealOf } from "@/platform/security/phone-seal";
import type { Env } from "@/platform/settings/env";
import type { SignedInCtx } from "../context";
import { CODE_TTL_SECONDS, newCode, WRONG_CODES_MAX } from "../one-time-code/code-hash";
import { deliver } from "../one-time-code/deliver-code";
import { takeFromSmsBudget } from "../one-time-code/sms-budget";
import { chooseSmsProvider } from "../one-time-code/sms-provider";
import { consumeRateLimit } from "../rate-limit";
import { hashAccountCode, indexPayoutAccount } from "./payout-account";

/** Where the demo data is, nothing is sent to its people: their code is known. */
const hasFixedCode = ({ DOWNPOUR_MODE: mode }: Env, phone: string) =>
  (mode === "demo" || mode === "development") && isDemoUserPhone(phone);

/**
 * Sends a code to the calling anchor's own phone that confirms one new account and nothing else; whatever waited for
 * that account before is void. Throws RATE_LIMITED, SMS_NOT_CONFIGURED, UNAVAILABLE when it could not be sent.
 */
export async function sendAccountCode(
  ctx: SignedInCtx,
  { payoutAccount }: SendAccountCodeInput,
): Promise<SentAccountCode> {
  const anchorId = ctx.session.userId;
  const accountIndex = indexPayoutAccount(ctx.env, payoutAccount);
  const named = { anchorId, accountIndex };
  const [policy, standing] = await Promise.all([
    readPolicy(ctx.finance.sql, "withdrawal", ctx.env.DOWNPOUR_MODE),
    readAccountStanding(ctx.finance.sql, named),
  ]);
  if (!policy.accountCodeRequired || standing.isKnown || standing.isConfirmed) return { isNeeded: false };

  const sealed = await findSealedPhone(ctx.live, anchorId);
  if (!sealed) throw new BizError("NOT_FOUND", { field: "phoneNumber" });
  const phoneNumber = phoneSealOf(ctx.env).open(anchorId, sealed);
  await consumeRateLimit(ctx.redis, "account-code.user", anchorId, ctx.env.RATE_LIMIT_ONE_TIME_CODE);
  const isFixed = hasFixedCode(ctx.env, phoneNumber);
  const code = isFixed ? DEMO_CODE : newCode();
  if (!isFixed) await takeFromSmsBudget(ctx, { phoneNumber, from: "known", traceId: ctx.traceId });
  const expiresAt = new Date(sharedNowMs() + CODE_TTL_SECONDS * 1_000);
  await putAccountCode(ctx.finance, {
    ...named,
    codeHash: hashAccountCode(ctx.env, named, code),
    tries: WRONG_CODES_MAX,
    expiresAt,
  });
  if (!isFixed) {
    const account = maskNumber(payoutAccount.number);
    const message = { phoneNumber, code, purpose: "payout_account" as const, account };
    await deliver(chooseSmsProvider(ctx.env, ctx.redis), (sms) => sms.sendCode(message));
  }
  return { isNeeded: true, phoneMasked: maskNumber(phoneNumber), expiresAt: expiresAt.toISOString() };
}
