import type { Approval } from "@/db/operator-actions";
import type { Session, SignedInCtx } from "../context";

/** Who does something, for its audit row: the operator of the call, and the second one where there is one. */
export function actingOperator(
  ctx: SignedInCtx,
  reason: string | null,
): { actorId: string; reason: string | null; traceId: string; approval: Approval | undefined } {
  return { actorId: ctx.session.userId, reason, traceId: ctx.traceId, approval: ctx.approval };
}

/** The context of a call in the name of who proposed it. Contexts may be of a class: a copy keeps the prototype. */
export function inNameOf(ctx: SignedInCtx, session: Session, approval: Approval): SignedInCtx {
  const copy = Object.create(Object.getPrototypeOf(ctx)) as SignedInCtx;
  return Object.assign(copy, ctx, { session, approval });
}
