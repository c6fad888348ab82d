import { initTRPC } from "@trpc/server";
import { BizError } from "../contracts/errors";
import type { Role } from "../contracts/ids";
import type { Ctx, Session } from "../services/context";
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

const forbidden = () => new BizError("FORBIDDEN");

export const anyone = t.procedure;
/** Anybody with a session; guests have one. */
export const signedIn = t.procedure.use(requireRole(["guest", "viewer", "anchor", "operator"], forbidden));
/** Anybody who may own and spend coins. */
export const viewer = t.procedure.use(
  requireRole(["viewer", "anchor", "operator"], () => new BizError("GUEST_CANNOT_SPEND")),
);
export const anchor = t.procedure.use(requireRole(["anchor"], forbidden));
/** Who may moderate a room; which room is for the use case to say. */
export const moderator = t.procedure.use(requireRole(["anchor", "operator"], forbidden));
export const operator = t.procedure.use(requireRole(["operator"], forbidden));
