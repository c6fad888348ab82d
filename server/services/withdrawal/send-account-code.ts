import { randomInt } from "node:crypto";
import { putAccountCode, readAccountStanding } from "@/db/finance/queries/account-codes";
import { findSealedPhone } from "@/db/live/queries/payees";
import { readPolicy } from "@/db/policies";
import { chooseSmsProvider } from "@/server/auth/sms-provider";
import { BizError } from "@/server/contracts/errors";
import type { SendAccountCodeInput, SentAccountCode } from "@/server/contracts/withdrawal";
import type { Env } from "@/server/env";
import { DEMO_CODE, isDemoUserPhone } from "@/server/rules/demo-users";
import { maskNumber } from "@/server/rules/mask";
import { phoneSealOf } from "@/server/security/phone-seal";
import type { SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { hashAccountCode, indexPayoutAccount } from "./payout-account";

const CODE_TTL_MS = 5 * 60_000;
const TRIES = 5;

/** Where the demo data is, nothing is sent to its people: their code is known. */
const hasFixedCode = ({ DOWNPOUR_MODE: mode }: Env, phone: string) =>
  (mode === "demo" || mode === "development") && isDemoUserPhone(phone);

/**
 * Sends a code to the calling anchor's own phone that confirms one new account and nothing else; whatever waited for
 * that account before is void. Throws RATE_LIMITED, UNAVAILABLE when it could not be sent.
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
  const phone = phoneSealOf(ctx.env).open(anchorId, sealed);
  await consumeRateLimit(ctx.redis, "account-code.user", anchorId, ctx.env.RATE_LIMIT_ONE_TIME_CODE);
  const isFixed = hasFixedCode(ctx.env, phone);
  const code = isFixed
    ? DEMO_CODE
    : String(randomInt(10 ** DEMO_CODE.length)).padStart(DEMO_CODE.length, "0");
  const expiresAt = new Date(Date.now() + CODE_TTL_MS);
  await putAccountCode(ctx.finance, {
    ...named,
    codeHash: hashAccountCode(ctx.env, named, code),
    tries: TRIES,
    expiresAt,
  });
  if (!isFixed) await deliver(ctx, { phoneNumber: phone, code, account: maskNumber(payoutAccount.number) });
  return { isNeeded: true, phoneMasked: maskNumber(phone), expiresAt: expiresAt.toISOString() };
}

async function deliver(
  ctx: SignedInCtx,
  { account, ...message }: { phoneNumber: string; code: string; account: string },
): Promise<void> {
  const sms = chooseSmsProvider(ctx.env, ctx.redis);
  if (!sms) throw new BizError("UNAVAILABLE", { service: "sms" });
  try {
    await sms.sendCode({ ...message, purpose: "payout_account", account });
  } catch (cause) {
    throw new BizError("UNAVAILABLE", { service: "sms" }, { cause });
  }
}
