import { findPk, insertPk, type PkRow } from "@/db/live/queries/pk-battles";
import { readPolicy } from "@/db/policies";
import { BizError } from "@/domain/contracts/errors";
import type { PkBattle, PkInviteInput } from "@/domain/contracts/pk";
import type { SignedInCtx } from "../context";
import { getGift } from "../gift/catalogue";
import { consumeRateLimit } from "../rate-limit";
import { showPk } from "./show-pk";

/**
 * Asks one to three live anchors for a battle; they have ten minutes to answer. The same id again answers the same battle.
 *
 * Throws PK_BUSY (somebody is in another battle, or just declined), ROOM_NOT_LIVE (a room is closed), PK_STATE_CONFLICT
 * (the id is another battle's), INVALID_INPUT (oneself), GIFT_UNAVAILABLE, RATE_LIMITED.
 */
export async function inviteToPk(ctx: SignedInCtx, input: PkInviteInput): Promise<PkBattle> {
  const { userId } = ctx.session;
  const { pkId, anchorIds, durationSeconds, counts } = input;
  if (anchorIds.includes(userId)) throw new BizError("INVALID_INPUT", { field: "anchorIds" });
  const known = await findPk(ctx.live, pkId);
  if (known) return await showPk(ctx.live, requireSame(known, userId));
  const giftId = input.giftId ?? null;
  if (giftId !== null) await getGift(ctx, { giftId });
  await consumeRateLimit(ctx.redis, "pk.invite", userId, ctx.env.RATE_LIMIT_PK);
  const policy = await readPolicy(ctx.live.sql, "pk");
  const facts = { pkId, inviterId: userId, anchorIds, durationSeconds, counts, giftId, traceId: ctx.traceId };
  const outcome = await insertPk(ctx.live, { ...facts, ...policy });
  if (outcome === "not-live") throw new BizError("ROOM_NOT_LIVE");
  const made = await findPk(ctx.live, pkId);
  // The id was taken at this very moment: by this call, sent twice, or by another.
  if (made) return await showPk(ctx.live, requireSame(made, userId));
  throw new BizError("PK_BUSY");
}

function requireSame(row: PkRow, userId: string): PkRow {
  if (row.battle.inviterId !== userId) throw new BizError("PK_STATE_CONFLICT", { field: "pkId" });
  return row;
}
