import { initTRPC } from "@trpc/server";
import type { z } from "zod";
import { BizError } from "@/domain/contracts/errors";
import type { Role } from "@/domain/contracts/ids";
import { isUnavailable } from "@/domain/rules/driver-errors";
import { countReplayed, noteNonce } from "../auth/authenticate-call";
import type { DualAction } from "../services/approval/actions";
import { performOrPropose } from "../services/approval/perform-or-propose";
import type { Ctx, Session, SignedInCtx } from "../services/context";
import { chooseDatabases, rememberWrites } from "../services/read-side/choose-databases";
import { contract } from "./contract";
import { formatError } from "./error-shape";

/** What a procedure declares about itself; the walk over the router reads it. */
export interface ProcedureMeta {
  /** Who may call. What is declared here is what is enforced: both come from one place. */
  access: Access;
  /** Of every mutation by an operator: whether one is enough, or a second has to agree while four eyes are on. */
  decision?: "alone" | "fourEyes";
  /** Its script in Redis notes that the signed call was used; of all other mutations it is noted before they begin. */
  notesNonce?: true;
}

const t = initTRPC
  .context<Ctx>()
  .meta<ProcedureMeta>()
  .create({
    // Never a stack: the cause of an unknown error goes to the log only.
    isDev: false,
    errorFormatter: ({ error, shape, ctx }) => formatError({ error, shape, ctx }),
  });

export const router = t.router;

interface Rule {
  roles: readonly Role[];
  refuse: (session: Session) => BizError;
  /** Operators whose second factor is still missing may call as well. */
  admitsPending?: boolean;
}

/**
 * Who may call, in one place. The session is passed on as it is: `next<…>({})` only narrows its type, so that a call
 * copies no context.
 */
function requireRole({ roles, refuse, admitsPending = false }: Rule) {
  return t.middleware(({ ctx, next }) => {
    const { session } = ctx;
    if (!session) throw new BizError("UNAUTHENTICATED");
    if (!roles.includes(session.role) && !(admitsPending && session.pendingFactor)) throw refuse(session);
    return next<{ session: Session }>({});
  });
}

/** With replicas in use, what a mutation wrote is marked, whatever came of it, before its caller hears of it. */
const markingWrites = t.middleware(async ({ ctx, type, next }) => {
  const result = await next();
  if (type === "mutation" && ctx.readers && ctx.session) await rememberWrites(ctx as SignedInCtx);
  return result;
});

/** What its script did not see, because it was refused before, is noted all the same, before the caller hears of it. */
const notingNonce = t.middleware(({ ctx, next }) => {
  const { nonce } = ctx;
  if (!nonce) return next();
  return next().then(async (result) => {
    if (!nonce.isUsed) await noteNonce(nonce, ctx.redis);
    else if (!result.ok) countReplayed(result.error.cause);
    return result;
  });
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
const mayNotSpend = ({ role }: Session) =>
  new BizError(role === "guest" ? "GUEST_CANNOT_SPEND" : "FORBIDDEN");

/** Every kind of caller: the roles that may call, and what others are told. Null is everybody, signed in or not. */
export const ACCESS = {
  anyone: null,
  /** Anybody with a session; guests have one. */
  signedIn: { roles: ["guest", "viewer", "anchor", "operator"], refuse: forbidden },
  /** Anybody who has an account; what guests keep ends with their browser. */
  member: { roles: ["viewer", "anchor", "operator"], refuse: forbidden },
  /** Anybody who may give, claim and buy. An operator decides about money and therefore has no part in it. */
  giver: { roles: ["viewer", "anchor"], refuse: mayNotSpend },
  /** Anybody who may look at a wallet of their own: operators too, who may have had one before. */
  viewer: { roles: ["viewer", "anchor", "operator"], refuse: mayNotSpend },
  anchor: { roles: ["anchor"], refuse: forbidden },
  /** Who may moderate a room: its anchor, who has an account and was let by them, operators. Which room is for the use case to say. */
  moderator: { roles: ["viewer", "anchor", "operator"], refuse: forbidden },
  operator: { roles: ["operator"], refuse: forbidden },
  /** Operators, also those who have yet to give the second factor: it is for giving it. */
  operatorAtDoor: { roles: ["operator"], refuse: forbidden, admitsPending: true },
} as const satisfies Record<string, Rule | null>;
export type Access = keyof typeof ACCESS;

/** Only those may call who are declared. */
function only(access: Exclude<Access, "anyone">) {
  return requireRole(ACCESS[access]);
}
const callableBy = (access: Exclude<Access, "anyone">) => t.procedure.meta({ access }).use(only(access));

export const anyone = t.procedure.meta({ access: "anyone" });
export const signedIn = callableBy("signedIn");
/** A viewer whose gift goes into the queue: nothing is written yet that could be marked. */
export const giver = t.procedure
  .meta({ access: "giver", notesNonce: true })
  .use(notingNonce)
  .use(only("giver"));
/** Who may buy coins and bound what they spend. */
export const spender = callableBy("giver").use(markingWrites);
export const member = callableBy("member").use(markingWrites);
export const viewer = callableBy("viewer").use(markingWrites);
export const anchor = callableBy("anchor").use(markingWrites);
export const moderator = callableBy("moderator").use(markingWrites);
export const operator = callableBy("operator").use(markingWrites);
export const operatorAtDoor = callableBy("operatorAtDoor").use(markingWrites);
/** For mutations that one operator may do alone. */
export const operatorAlone = operator.meta({ access: "operator", decision: "alone" });

/** A mutation of `DUAL_ACTIONS`: done at once, or proposed to a second operator while four eyes are on. */
export function operatorWithSecond<S extends z.ZodType, R>(action: DualAction<S, R>) {
  return operator
    .meta({ access: "operator", decision: "fourEyes" })
    .input(contract(action.input))
    .mutation(({ ctx, input }) => performOrPropose(ctx, action, input as z.output<S>));
}
