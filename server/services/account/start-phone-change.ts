import { isSessionFresh } from "@/db/live/queries/own-sessions";
import { askPhoneChange, findSealedPhone } from "@/db/live/queries/phone-changes";
import { FRESH_SESSION_MINUTES, type StartPhoneChangeInput } from "@/domain/contracts/account";
import { BizError } from "@/domain/contracts/errors";
import { maskNumber } from "@/domain/rules/mask";
import { putCode } from "@/platform/redis/one-time-codes";
import { phoneSealOf } from "@/platform/security/phone-seal";
import type { SignedInCtx } from "../context";
import { CODE_TTL_SECONDS } from "../one-time-code/code-hash";
import { deliver } from "../one-time-code/deliver-code";
import { codeFor, limitCodesToOthers } from "../one-time-code/sign-in-code";
import { takeFromSmsBudget } from "../one-time-code/sms-budget";
import { chooseSmsProvider } from "../one-time-code/sms-provider";
import { phoneChangeCodes } from "./phone-change-codes";

/**
 * Begins to change the caller's phone number: a code goes to the number of now and another to the new one. Whether that
 * belongs to somebody is not told. Throws SESSION_NOT_FRESH unless this browser signed in a moment ago.
 */
export async function startPhoneChange(
  ctx: SignedInCtx,
  { changeId, phoneNumber }: StartPhoneChangeInput,
): Promise<{ oldPhone: string; codeSeconds: number }> {
  const { env, live, redis, session, traceId } = ctx;
  const { userId, sessionId } = session;
  if (!(await isSessionFresh(live, { sessionId, userId, minutes: FRESH_SESSION_MINUTES }))) {
    throw new BizError("SESSION_NOT_FRESH");
  }
  const sealed = await findSealedPhone(live, userId);
  if (!sealed) throw new BizError("PHONE_CHANGE_REFUSED");
  const phones = phoneSealOf(env);
  const [oldPhone, newIndex] = [phones.open(userId, sealed.phoneCipher), phones.index(phoneNumber)];
  if (newIndex === sealed.phoneIndex) throw new BizError("INVALID_INPUT", { field: "phoneNumber" });

  await limitCodesToOthers(ctx, { userId, phoneIndex: newIndex });
  await takeFromSmsBudget(ctx, { phoneNumber: oldPhone, from: "known", traceId });
  await takeFromSmsBudget(ctx, { phoneNumber, from: "strangers", traceId });
  const change = { id: changeId, userId, sessionId, oldIndex: sealed.phoneIndex, newIndex, traceId };
  if (!(await askPhoneChange(live, change))) throw new BizError("PHONE_CHANGE_REFUSED");

  const [oldCode, newCode] = [codeFor(env, oldPhone), codeFor(env, phoneNumber)];
  const of = { changeId, userId, oldIndex: sealed.phoneIndex, newIndex };
  const codes = phoneChangeCodes(env, of, { oldCode: oldCode.code, newCode: newCode.code });
  for (const { key, hash } of codes) await putCode(redis, { key, hash, ttlSeconds: CODE_TTL_SECONDS });
  const sms = chooseSmsProvider(env, redis);
  await deliver(sms, async (provider) => {
    if (!oldCode.isFixed) await provider.sendCode({ phoneNumber: oldPhone, code: oldCode.code });
    if (!newCode.isFixed) await provider.sendCode({ phoneNumber, code: newCode.code });
  });
  return { oldPhone: maskNumber(oldPhone), codeSeconds: CODE_TTL_SECONDS };
}
