import { v7 as uuidv7 } from "uuid";
import {
  decideRestriction,
  findAccountRestriction,
  liftAccountRestrictions,
  type NewAccountRestriction,
} from "@/db/live/queries/account-restrictions";
import { BizError } from "@/domain/contracts/errors";
import type {
  AccountRestrictionKind,
  BanPersonInput,
  LiftRestrictionInput,
  RestrictAccountInput,
  RestrictionAnswer,
  UnbanPersonInput,
} from "@/domain/contracts/people";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { carryOutEnd, carryOutRestriction, type StopCtx } from "./carry-out-restriction";

/**
 * Stops an account, or a part of it, until `until` or until it is lifted: see `domain/rules/stops.ts` for what each kind
 * stops. From the answer on, nothing that this person began moves money out, but a payout that had left before. The same
 * again changes nothing; another restriction of the kind stands beside it, and the longer one holds.
 *
 * Throws NOT_FOUND, INVALID_INPUT (an end that is past; an id of another restriction), LAST_OPERATOR.
 */
export function restrictAccount(ctx: SignedInCtx, input: RestrictAccountInput): Promise<RestrictionAnswer> {
  const { userId, kind, reason, until, restrictionId } = input;
  return restrictPerson(ctx, {
    userId,
    kind,
    reason,
    source: "account",
    actorId: ctx.session.userId,
    id: restrictionId,
    until: readUntil(until),
    audit: { action: "people.restrict", subject: `user:${userId}`, after: { kind, until: until ?? null } },
  });
}

/** Stops everything: the person is signed out and cannot sign in. Throws as `restrictAccount` does. */
export function banPerson(ctx: SignedInCtx, input: BanPersonInput): Promise<RestrictionAnswer> {
  const { userId, reason, until } = input;
  return restrictPerson(ctx, {
    userId,
    kind: "signIn",
    reason,
    source: "account",
    actorId: ctx.session.userId,
    until: readUntil(until),
    audit: { action: "people.ban", subject: `user:${userId}`, after: { until: until ?? null } },
  });
}

/** Lifts every ban of a person; other restrictions stay. Nothing happens when there is none. Throws NOT_FOUND. */
export async function unbanPerson(ctx: SignedInCtx, input: UnbanPersonInput): Promise<{ userId: string }> {
  const { userId, reason } = input;
  await liftRestrictions(ctx, {
    userId,
    which: { kind: "signIn" },
    reason,
    actorId: ctx.session.userId,
    audit: { action: "people.unban", subject: `user:${userId}` },
  });
  return { userId };
}

/**
 * Lifts one restriction before its end. What another one stops, or a charge-back, stays stopped; a room stays closed until
 * its anchor opens it. Lifting it again changes nothing. Throws NOT_FOUND.
 */
export async function liftRestriction(
  ctx: SignedInCtx,
  input: LiftRestrictionInput,
): Promise<RestrictionAnswer> {
  const { restrictionId, reason } = input;
  const row = await findAccountRestriction(ctx.live, restrictionId);
  if (!row) throw new BizError("NOT_FOUND", { field: "restrictionId" });
  const { userId } = row;
  const isDone = await liftRestrictions(ctx, {
    userId,
    which: { id: restrictionId },
    reason,
    actorId: ctx.session.userId,
    audit: { action: "people.lift-restriction", subject: `user:${userId}` },
  });
  return { userId, restrictionId, isDone };
}

/** For every way to stop somebody: decides, then carries out. Throws NOT_FOUND, INVALID_INPUT, LAST_OPERATOR. */
export async function restrictPerson(
  ctx: StopCtx,
  restriction: Omit<NewAccountRestriction, "id" | "newRole" | "traceId"> & { id?: string },
): Promise<RestrictionAnswer> {
  const { userId } = restriction;
  const decided = await decideRestriction(ctx.live, {
    ...restriction,
    id: restriction.id ?? uuidv7(),
    newRole: null,
    traceId: ctx.traceId,
  });
  switch (decided.outcome) {
    case "unknown":
      throw new BizError("NOT_FOUND", { field: "userId" });
    case "conflict":
      throw new BizError("INVALID_INPUT", { field: "restrictionId" });
    case "last-operator":
      throw new BizError("LAST_OPERATOR", { field: "userId" });
    case "decided":
    case "stands":
      return { userId, restrictionId: decided.id, isDone: await finishRestriction(ctx, decided.id) };
  }
}

/** Carries out what is decided, as far as it has not been yet. */
export async function finishRestriction(ctx: StopCtx, id: string): Promise<boolean> {
  const row = await findAccountRestriction(ctx.live, id);
  if (!row?.stands) return true;
  if (row.heldAt && row.appliedAt && row.announcedAt) return true;
  return await carryOutRestriction(ctx, row);
}

/** For every way to let somebody go. Returns whether all of it is done. */
export async function liftRestrictions(
  ctx: StopCtx,
  input: {
    userId: string;
    which: { id?: string; kind?: AccountRestrictionKind };
    actorId: string;
    reason: string;
    audit: { action: string; subject: string };
  },
): Promise<boolean> {
  const lifted = await liftAccountRestrictions(ctx.live, { ...input, traceId: ctx.traceId });
  let isDone = true;
  for (const { id } of lifted) {
    if (!(await finishEnd(ctx, id))) isDone = false;
  }
  return isDone;
}

/** Carries out what lifting one means. */
export async function finishEnd(ctx: StopCtx, id: string): Promise<boolean> {
  const row = await findAccountRestriction(ctx.live, id);
  return !row || row.stands || row.endedAt !== null || (await carryOutEnd(ctx, row));
}

/** Throws INVALID_INPUT on `until` for one that is past. */
export function readUntil(until: string | undefined): Date | null {
  if (until === undefined) return null;
  const at = new Date(until);
  if (at <= sharedNow()) throw new BizError("INVALID_INPUT", { field: "until" });
  return at;
}
