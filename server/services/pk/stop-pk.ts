import { findPk } from "@/db/live/queries/pk-battles";
import { endPk } from "@/db/live/queries/pk-work";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import type { PkBattle, PkStopInput } from "@/domain/contracts/pk";
import { PK_STATES } from "@/domain/rules/pk-states";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { showPk } from "./show-pk";

/** Ends a battle, with the reason in the audit log; what was settled stays. Throws NOT_FOUND, PK_STATE_CONFLICT. */
export async function stopPk(ctx: SignedInCtx, { pkId, reason }: PkStopInput): Promise<PkBattle> {
  const before = await findPk(ctx.live, pkId);
  if (!before) throw new BizError("NOT_FOUND", { field: "pkId" });
  const { status } = before.battle;
  const from = PK_STATES.filter((state) => state !== "closed");
  await inTransaction(ctx.live.sql, async (tx) => {
    if (!(await endPk(tx, pkId, from, "stopped"))) throw new BizError("PK_STATE_CONFLICT");
    const action = { action: "pk.stop", subject: `pk:${pkId}`, before: { status } };
    await insertOperatorAction(tx, { ...actingOperator(ctx, reason), ...action });
  });
  const row = await findPk(ctx.live, pkId);
  if (!row) throw new BizError("NOT_FOUND", { field: "pkId" });
  return await showPk(ctx.live, row);
}
