import { z } from "zod";
import { listRoomStops } from "@/db/live/queries/account-restrictions";
import {
  findGrant,
  type GrantRow,
  insertGrant,
  listGrants,
  revokeGrant,
} from "@/db/live/queries/rain-grants";
import { findPerson } from "@/db/live/queries/users";
import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import type {
  GrantRainInput,
  RainGrant,
  RainGrantsInput,
  RainPolicy,
  RevokeRainGrantInput,
  SetRainPolicyInput,
} from "@/domain/contracts/rain";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.object({ createdAt: z.iso.datetime(), grantId: z.guid() });

export function toGrant(row: GrantRow): RainGrant {
  return {
    grantId: row.grantId,
    anchorId: row.anchorId,
    nickname: row.nickname,
    coins: row.coins,
    usedCoins: row.usedCoins,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Grants of everybody or of one anchor, newest first, for operators. */
export async function listRainGrants(
  ctx: SignedInCtx,
  input: RainGrantsInput,
): Promise<{ items: RainGrant[]; nextCursor: string | null }> {
  const { anchorId, cursor, limit } = input;
  const position = decodeCursor(Cursor, cursor);
  const after = position ? { createdAt: new Date(position.createdAt), grantId: position.grantId } : undefined;
  const rows = await listGrants(ctx.live, { anchorId, after, limit: limit + 1 });
  const items = rows.slice(0, limit).map(toGrant);
  const last = items.at(-1);
  return {
    items,
    nextCursor:
      last && rows.length > limit ? encodeCursor({ createdAt: last.createdAt, grantId: last.grantId }) : null,
  };
}

/**
 * Lets an anchor rain coins of the platform. Repeating it with the same id gives once. Throws NOT_FOUND (no such anchor),
 * ROOM_BANNED (one who may not be live), INVALID_INPUT (an end that is past), RAIN_STATE_CONFLICT (that id is another grant's).
 */
export async function grantRain(ctx: SignedInCtx, input: GrantRainInput): Promise<RainGrant> {
  const { grantId, anchorId, coins, expiresAt, reason } = input;
  const anchor = await findPerson(ctx.live, anchorId);
  if (anchor?.role !== "anchor") throw new BizError("NOT_FOUND", { field: "anchorId" });
  if ((await listRoomStops(ctx.live, [anchorId])).length > 0)
    throw new BizError("ROOM_BANNED", { field: "anchorId" });
  const known = await findGrant(ctx.live, grantId);
  if (!known) {
    if (expiresAt && Date.parse(expiresAt) <= sharedNowMs())
      throw new BizError("INVALID_INPUT", { field: "expiresAt" });
    const createdBy = ctx.session.userId;
    const { traceId } = ctx;
    await insertGrant(
      ctx.live,
      {
        grantId,
        anchorId,
        coins,
        expiresAt: expiresAt ? new Date(expiresAt) : null,
        reason,
        createdBy,
        traceId,
      },
      ctx.approval,
    );
  }
  const grant = known ?? (await findGrant(ctx.live, grantId));
  if (grant?.anchorId !== anchorId || grant.coins !== coins)
    throw new BizError("RAIN_STATE_CONFLICT", { field: "grantId" });
  return toGrant(grant);
}

/** Takes back what is left of a grant. Throws NOT_FOUND where there is none in force. */
export async function revokeRainGrant(ctx: SignedInCtx, input: RevokeRainGrantInput): Promise<RainGrant> {
  const { grantId, reason } = input;
  const by = { actorId: ctx.session.userId, traceId: ctx.traceId, approval: ctx.approval };
  const revoked = await revokeGrant(ctx.live, { grantId, reason, ...by });
  const grant = revoked ? await findGrant(ctx.live, grantId) : null;
  if (!grant) throw new BizError("NOT_FOUND", { field: "grantId" });
  return toGrant(grant);
}

/** What is allowed of every rain. */
export function getRainPolicy(ctx: SignedInCtx): Promise<RainPolicy> {
  return readPolicy(ctx.live.sql, "rain");
}

/** Changes it from now on; rains that were created go on as they are. */
export async function setRainPolicy(ctx: SignedInCtx, input: SetRainPolicyInput): Promise<RainPolicy> {
  const { reason, ...policy } = input;
  const by = actingOperator(ctx, reason);
  return await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "rain", policy, by));
}
