import { answerPk, findPk } from "@/db/live/queries/pk-battles";
import { endPk, takeSideOut } from "@/db/live/queries/pk-work";
import { BizError } from "@/domain/contracts/errors";
import type { PkBattle, PkIdInput } from "@/domain/contracts/pk";
import type { SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { showPk } from "./show-pk";

async function getOwn(ctx: SignedInCtx, pkId: string) {
  const row = await findPk(ctx.live, pkId);
  const own = row?.sides.find(({ anchorId }) => anchorId === ctx.session.userId);
  if (!row || !own) throw new BizError("NOT_FOUND", { field: "pkId" });
  return { row, own };
}

async function answer(ctx: SignedInCtx, pkId: string, accepts: boolean): Promise<void> {
  const anchorId = ctx.session.userId;
  await consumeRateLimit(ctx.redis, "pk.answer", anchorId, ctx.env.RATE_LIMIT_PK);
  const outcome = await answerPk(ctx.live, { pkId, anchorId, accepts });
  if (outcome === "busy") throw new BizError("PK_BUSY");
  if (outcome === "not-live") throw new BizError("ROOM_NOT_LIVE");
  if (outcome === "moved") throw new BizError("PK_STATE_CONFLICT");
}

/**
 * Takes part in a battle that the caller is asked for. Once everybody has answered it begins with a countdown.
 * Throws NOT_FOUND, PK_BUSY, ROOM_NOT_LIVE, PK_STATE_CONFLICT, RATE_LIMITED.
 */
export async function acceptPk(ctx: SignedInCtx, { pkId }: PkIdInput): Promise<PkBattle> {
  await getOwn(ctx, pkId);
  await answer(ctx, pkId, true);
  return await showPk(ctx.live, (await getOwn(ctx, pkId)).row);
}

/** Takes no part. With two left the others go on without. Throws NOT_FOUND, PK_STATE_CONFLICT, RATE_LIMITED. */
export async function declinePk(ctx: SignedInCtx, { pkId }: PkIdInput): Promise<{ pkId: string }> {
  await getOwn(ctx, pkId);
  await answer(ctx, pkId, false);
  return { pkId };
}

/**
 * Before it runs this calls the battle off; while it runs it is a loss. Afterwards nothing can be left.
 * Throws NOT_FOUND, PK_STATE_CONFLICT, RATE_LIMITED.
 */
export async function leavePk(ctx: SignedInCtx, { pkId }: PkIdInput): Promise<PkBattle> {
  const { own } = await getOwn(ctx, pkId);
  if (own.state === "left") return await showPk(ctx.live, (await getOwn(ctx, pkId)).row);
  if (own.state !== "accepted") throw new BizError("PK_STATE_CONFLICT");
  const anchorId = ctx.session.userId;
  await consumeRateLimit(ctx.redis, "pk.answer", anchorId, ctx.env.RATE_LIMIT_PK);
  const isOut =
    (await endPk(ctx.live.sql, pkId, ["invited", "accepted", "countdown"], "cancelled")) ||
    (await takeSideOut(ctx.live, { pkId, anchorId, as: "left" }));
  if (!isOut) throw new BizError("PK_STATE_CONFLICT");
  return await showPk(ctx.live, (await getOwn(ctx, pkId)).row);
}
