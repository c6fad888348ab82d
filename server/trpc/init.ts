import { initTRPC } from "@trpc/server";
import { BizError } from "../contracts/errors";
import type { Role } from "../contracts/ids";
import { isUnavailable } from "../rules/driver-errors";
import type { Ctx, Session, SignedInCtx } from "../services/context";
import { chooseDatabases, rememberWrites } from "../services/read-side/choose-databases";
import { formatError } from "./error-shape";

const t = initTRPC.context<Ctx>().create({
  // Never a stack: the cause of an unknown error goes to the log only.
  isDev: false,
  errorFormatter: ({ error, shape, ctx }) => formatError({ error, shape, ctx }),
});

export const router = t.router;

/**
 * Who may call, in one place. The session is passed on as it is: `next<…>({})` only narrows its type, so that a call
 * copies no context.
 */
function requireRole(roles: readonly Role[], refuse: (session: Session) => BizError) {
  return t.middleware(({ ctx, next }) => {
    const { session } = ctx;
    if (!session) throw new BizError("UNAUTHENTICATED");
    if (!roles.includes(session.role)) throw refuse(session);
    return next<{ session: Session }>({});
  });
}

/** With replicas in use, what a mutation wrote is marked, whatever came of it, before its caller hears of it. */
const markingWrites = t.middleware(async ({ ctx, type, next }) => {
  const result = await next();
  if (type === "mutation" && ctx.readers && ctx.session) await rememberWrites(ctx as SignedInCtx);
  return result;
});

/** For lists and histories: read from the replicas as long as they show what the caller did, else from the primaries. */
export const fromReplica = t.middleware(async ({ ctx, next }) => {
  if (!ctx.readers) return next();
  const { live, finance } = await chooseDatabases(ctx);
  const result = await next({ ctx: { live, finance } });
  if (result.ok || !isUnavailable(result.error.cause)) return result;
  // It went away while it was being read.
  return next({ ctx: { live: ctx.live, finance: ctx.finance } });
});

const forbidden = () => new BizError("FORBIDDEN");

export const anyone = t.procedure;
/** Anybody with a session; guests have one. */
export const signedIn = t.procedure.use(requireRole(["guest", "viewer", "anchor", "operator"], forbidden));
/** Anybody who may own and spend coins, and whose gift goes into the queue: nothing is written yet that could be marked. */
export const giver = t.procedure.use(
  requireRole(["viewer", "anchor", "operator"], () => new BizError("GUEST_CANNOT_SPEND")),
);
export const viewer = giver.use(markingWrites);
export const anchor = t.procedure.use(requireRole(["anchor"], forbidden)).use(markingWrites);
/** Who may moderate a room; which room is for the use case to say. */
export const moderator = t.procedure.use(requireRole(["anchor", "operator"], forbidden)).use(markingWrites);
export const operator = t.procedure.use(requireRole(["operator"], forbidden)).use(markingWrites);
