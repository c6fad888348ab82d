import { v7 as uuidv7 } from "uuid";
import { changeRole } from "@/db/live/queries/roles";
import type { Approval } from "@/db/operator-actions";
import { BizError } from "@/domain/contracts/errors";
import type { GivenRole, SetRoleInput } from "@/domain/contracts/people";
import { sendSessionNotice } from "../../auth/session-notices";
import { cutOffUser } from "../room/cut-off-user";
import type { StopCtx } from "./carry-out-restriction";
import { finishRestriction } from "./restrict-account";

/**
 * Gives a person exactly this role. Somebody who is an anchor no more has no live room and no rain, and payouts are held
 * until an operator lifts that. Sockets are closed, so that nothing of the old role stays open. Having it already changes
 * nothing.
 *
 * Throws NOT_FOUND, FORBIDDEN (a guest), LAST_OPERATOR.
 */
export async function setRole(
  ctx: StopCtx,
  input: SetRoleInput & { actorId: string; approval?: Approval },
): Promise<{ userId: string; role: GivenRole }> {
  const { userId, role } = input;
  const change = await changeRole(ctx.live, { ...input, restrictionId: uuidv7(), traceId: ctx.traceId });
  switch (change.outcome) {
    case "unknown":
      throw new BizError("NOT_FOUND", { field: "userId" });
    case "guest":
      throw new BizError("FORBIDDEN", { field: "userId" });
    case "last-operator":
      throw new BizError("LAST_OPERATOR", { field: "userId" });
    case "decided":
      await finishRestriction(ctx, change.restrictionId);
      break;
    case "changed":
      await sendSessionNotice(ctx.redis, ctx.log, { userId });
      cutOffUser(ctx, userId, Promise.resolve());
      break;
    case "unchanged":
      // A call that died before it could tell is repeated: telling again harms nobody.
      await sendSessionNotice(ctx.redis, ctx.log, { userId });
      break;
  }
  return { userId, role };
}
