import {
  endOwnSessions,
  endSessionsByOperator,
  isSessionFresh,
  listOwnSessions,
} from "@/db/live/queries/own-sessions";
import { findLastPhoneChange, findSealedPhone } from "@/db/live/queries/phone-changes";
import {
  type Account,
  type EndPersonSessionsInput,
  type EndSessionInput,
  FRESH_SESSION_MINUTES,
  type MySession,
} from "@/domain/contracts/account";
import { BizError } from "@/domain/contracts/errors";
import { maskAddress, maskNumber } from "@/domain/rules/mask";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { sendSessionNotice } from "../../auth/session-notices";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";

const SESSIONS_SHOWN_MAX = 100;

export async function getAccount(ctx: SignedInCtx): Promise<Account> {
  const { env, live, session } = ctx;
  const { userId, sessionId } = session;
  const [sealed, isFresh, last] = await Promise.all([
    findSealedPhone(live, userId),
    isSessionFresh(live, { sessionId, userId, minutes: FRESH_SESSION_MINUTES }),
    findLastPhoneChange(live, userId),
  ]);
  return {
    phone: sealed && maskNumber(phoneSealOf(env).open(userId, sealed.phoneCipher)),
    isFresh,
    lastPhoneChange: last && {
      at: last.at.toISOString(),
      payoutsHeldUntil: last.heldUntil?.toISOString() ?? null,
    },
  };
}

/** Where the caller is signed in. */
export async function listMySessions(ctx: SignedInCtx): Promise<MySession[]> {
  return await listSessionsOf(ctx, ctx.session.userId);
}

/** Where somebody is signed in, for operators. */
export async function listPersonSessions(
  ctx: SignedInCtx,
  { userId }: { userId: string },
): Promise<{ items: MySession[] }> {
  return { items: await listSessionsOf(ctx, userId) };
}

async function listSessionsOf(ctx: SignedInCtx, userId: string): Promise<MySession[]> {
  const rows = await listOwnSessions(ctx.live, userId, SESSIONS_SHOWN_MAX);
  return rows.map(({ sessionId, createdAt, seenAt, ipAddress, userAgent }) => ({
    sessionId,
    isCurrent: sessionId === ctx.session.sessionId,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    address: ipAddress === null ? null : maskAddress(ipAddress),
    userAgent,
  }));
}

/**
 * Ends a session of somebody, or all of them, for a reason; whoever sits there signs in again. Throws NOT_FOUND when there is
 * none.
 */
export async function endPersonSessions(
  ctx: SignedInCtx,
  { userId, sessionId, reason }: EndPersonSessionsInput,
): Promise<{ ended: number }> {
  const ended = await endSessionsByOperator(ctx.live, { userId, sessionId, by: actingOperator(ctx, reason) });
  if (ended.length === 0) throw new BizError("NOT_FOUND", { field: sessionId ? "sessionId" : "userId" });
  for (const id of ended) await sendSessionNotice(ctx.redis, ctx.log, { sessionId: id });
  return { ended: ended.length };
}

/** Ends a session of the caller's own. Throws NOT_FOUND when there is none by this id. */
export async function endMySession(ctx: SignedInCtx, { sessionId }: EndSessionInput): Promise<void> {
  const ended = await endOwnSessions(ctx.live, { userId: ctx.session.userId, sessionId });
  if (ended.length === 0) throw new BizError("NOT_FOUND");
  await sendSessionNotice(ctx.redis, ctx.log, { sessionId });
}

/** Ends all sessions of the caller but this one. */
export async function endMyOtherSessions(ctx: SignedInCtx): Promise<{ ended: number }> {
  const { userId, sessionId } = ctx.session;
  const ended = await endOwnSessions(ctx.live, { userId, exceptSessionId: sessionId });
  for (const id of ended) await sendSessionNotice(ctx.redis, ctx.log, { sessionId: id });
  return { ended: ended.length };
}
