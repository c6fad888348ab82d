import { v5 as uuidv5 } from "uuid";
import { liftPayoutHold, placePayoutHold } from "@/db/finance/queries/payout-holds";
import {
  carryOutPhoneChange,
  findPhoneChange,
  findSealedPhone,
  isPhoneTaken,
  markPhoneChangeNoticed,
  type PhoneChange,
  provePhoneChange,
  refusePhoneChange,
} from "@/db/live/queries/phone-changes";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { readPolicy } from "@/db/policies";
import type { ConfirmPhoneChangeInput } from "@/domain/contracts/account";
import { BizError } from "@/domain/contracts/errors";
import { maskNumber } from "@/domain/rules/mask";
import { checkCodes } from "@/platform/redis/one-time-codes";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { sendSessionNotice } from "../../auth/session-notices";
import type { SignedInCtx } from "../context";
import { WRONG_CODES_MAX } from "../one-time-code/code-hash";
import { deliver } from "../one-time-code/deliver-code";
import { chooseSmsProvider } from "../one-time-code/sms-provider";
import { phoneChangeCodes } from "./phone-change-codes";

const DAY_MS = 86_400_000;
const NAMESPACE = "b3a0b0f4-54c8-4a4e-8f0e-3f6f0c2d9b57";

/**
 * A browser chooses the id of a change, and may choose one that the platform is going to give to a hold: that hold would
 * pass for placed. No choice of a change leads to such an id here.
 */
const holdIdOf = (changeId: string) => uuidv5(`phone-change/${changeId}`, NAMESPACE);

export interface PhoneChanged {
  phone: string;
  payoutsHeldUntil: string | null;
}

/**
 * Changes the caller's phone number once both codes were typed. Each step leaves a trace before the next begins, so a
 * change that was cut off anywhere goes on when it is confirmed again: first payouts are held, then the old number is
 * told, then the number changes and all other sessions end.
 */
export async function confirmPhoneChange(
  ctx: SignedInCtx,
  input: ConfirmPhoneChangeInput,
): Promise<PhoneChanged> {
  const { env, live, session } = ctx;
  const { userId, sessionId } = session;
  const { changeId: id, phoneNumber } = input;
  const phones = phoneSealOf(env);
  const find = () => findPhoneChange(live, { id, userId, sessionId });
  let change = await find();
  if (!change) throw new BizError("ONE_TIME_CODE_EXPIRED", { field: "oldCode" });
  if (phones.index(phoneNumber) !== change.newIndex) {
    throw new BizError("INVALID_INPUT", { field: "phoneNumber" });
  }
  if (change.status === "asked") {
    await proveCodes(ctx, input, change);
    change = (await find()) ?? change;
  }
  if (change.status === "refused" || change.status === "asked") throw new BizError("PHONE_CHANGE_REFUSED");
  const changed = {
    phone: maskNumber(phoneNumber),
    payoutsHeldUntil: change.heldUntil?.toISOString() ?? null,
  };
  if (change.status === "done") return changed;

  if (await isPhoneTaken(live, change.newIndex)) {
    // Or by this very change, told twice at once.
    if ((await find())?.status === "done") return changed;
    await refusePhoneChange(live, id);
    throw new BizError("PHONE_CHANGE_REFUSED");
  }
  await holdPayouts(ctx, change);
  await tellOldNumber(ctx, change, phoneNumber);
  const sealed = await findSealedPhone(live, userId);
  if (!sealed) throw new BizError("PHONE_CHANGE_REFUSED");
  const result = await carryOutPhoneChange(live, {
    id,
    userId,
    sessionId,
    phoneCipher: phones.seal(userId, phoneNumber),
    masked: { before: maskNumber(phones.open(userId, sealed.phoneCipher)), after: changed.phone },
    traceId: ctx.traceId,
  });
  if (result.outcome === "refused") {
    await liftPayoutHold(ctx.finance, { id: holdIdOf(id), liftedBy: PLATFORM_ACTOR_ID });
    throw new BizError("PHONE_CHANGE_REFUSED");
  }
  for (const ended of result.endedSessionIds) {
    await sendSessionNotice(ctx.redis, ctx.log, { sessionId: ended });
  }
  await sendSessionNotice(ctx.redis, ctx.log, { userId });
  return changed;
}

/** Both codes or none: a right one stays good as long as the other is wrong. */
async function proveCodes(
  ctx: SignedInCtx,
  { changeId, oldCode, newCode }: ConfirmPhoneChangeInput,
  change: PhoneChange,
): Promise<void> {
  const { env, live, redis, session } = ctx;
  const { oldIndex, newIndex } = change;
  const of = { changeId, userId: session.userId, oldIndex, newIndex };
  const checks = await checkCodes(redis, {
    codes: phoneChangeCodes(env, of, { oldCode, newCode }),
    wrongTriesMax: WRONG_CODES_MAX,
  });
  if (checks.every((check) => check === "right")) {
    const { payoutHoldDays } = await readPolicy(live.sql, "phone-change");
    const heldUntil = payoutHoldDays > 0 ? new Date(sharedNowMs() + payoutHoldDays * DAY_MS) : null;
    await provePhoneChange(live, changeId, heldUntil);
    return;
  }
  // Whoever confirmed at the same time may have used them up.
  const { userId, sessionId } = session;
  const now = await findPhoneChange(live, { id: changeId, userId, sessionId });
  if (now && now.status !== "asked") return;
  const at = Math.max(
    0,
    checks.findIndex((check) => check !== "right"),
  );
  const field = at === 0 ? "oldCode" : "newCode";
  if (checks[at] === "locked") throw new BizError("ONE_TIME_CODE_LOCKED", { field });
  if (checks[at] === "absent") throw new BizError("ONE_TIME_CODE_EXPIRED", { field });
  throw new BizError("ONE_TIME_CODE_WRONG", { field });
}

/** Before the number changes: should this process die now, a hold too many stands, which runs out. */
async function holdPayouts(ctx: SignedInCtx, { id, heldUntil }: PhoneChange): Promise<void> {
  if (!heldUntil) return;
  const { userId } = ctx.session;
  await placePayoutHold(ctx.finance, {
    id: holdIdOf(id),
    anchorId: userId,
    kind: "phone_changed",
    reason: "The phone number was changed.",
    until: heldUntil,
    placedBy: userId,
    traceId: ctx.traceId,
  });
}

/** Before it can no longer be reached for objections. Told twice when this process dies in between, never not at all. */
async function tellOldNumber(ctx: SignedInCtx, change: PhoneChange, phoneNumber: string): Promise<void> {
  if (change.noticedAt) return;
  const { env, live, redis, session } = ctx;
  const sealed = await findSealedPhone(live, session.userId);
  if (!sealed) return;
  const oldPhone = phoneSealOf(env).open(session.userId, sealed.phoneCipher);
  await deliver(chooseSmsProvider(env, redis), (provider) =>
    provider.sendNotice({
      phoneNumber: oldPhone,
      notice: "phone_change",
      newPhoneEnding: phoneNumber.slice(-4),
    }),
  );
  await markPhoneChangeNoticed(live, change.id);
}
