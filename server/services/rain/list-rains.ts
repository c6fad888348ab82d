import { z } from "zod";
import { listGrants } from "@/db/live/queries/rain-grants";
import { listRains, type RainPage, sumOwnBudgets } from "@/db/live/queries/rains";
import { readPolicy } from "@/db/policies";
import type { MyRains, Rain, RainPageInput, RainSearchInput } from "@/domain/contracts/rain";
import { dayStart } from "@/domain/rules/calendar";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { toGrant } from "./grants";
import { getOwnRain } from "./own-rain";
import { toRain } from "./show-rain";

const Cursor = z.object({ createdAt: z.iso.datetime(), rainId: z.guid() });

async function listPage(
  ctx: SignedInCtx,
  filter: Omit<RainPage, "after" | "limit">,
  { cursor, limit }: RainPageInput,
): Promise<{ items: Rain[]; nextCursor: string | null }> {
  const position = decodeCursor(Cursor, cursor);
  const after = position ? { createdAt: new Date(position.createdAt), rainId: position.rainId } : undefined;
  const rows = await listRains(ctx.live, { ...filter, after, limit: limit + 1 });
  const items = rows.slice(0, limit).map(toRain);
  const last = items.at(-1);
  return {
    items,
    nextCursor:
      last && rows.length > limit ? encodeCursor({ createdAt: last.createdAt, rainId: last.rainId }) : null,
  };
}

/** The calling anchor's rains, newest first, with what she may rain today. */
export async function listMyRains(ctx: SignedInCtx, input: RainPageInput): Promise<MyRains> {
  const anchorId = ctx.session.userId;
  const [page, policy, usedTodayCoins, grants] = await Promise.all([
    listPage(ctx, { anchorId }, input),
    readPolicy(ctx.live.sql, "rain"),
    sumOwnBudgets(ctx.live, { anchorId, since: dayStart(sharedNowMs()) }),
    listGrants(ctx.live, { anchorId, usableOnly: true, limit: 50 }),
  ]);
  return { ...page, policy, usedTodayCoins, grants: grants.map(toGrant) };
}

/** One of the caller's rains, or any for an operator. Throws NOT_FOUND. */
export async function getRain(ctx: SignedInCtx, input: { rainId: string }): Promise<Rain> {
  return toRain(await getOwnRain(ctx, input.rainId));
}

/** Everybody's rains, newest first, for operators. */
export async function searchRains(
  ctx: SignedInCtx,
  input: RainSearchInput,
): Promise<{ items: Rain[]; nextCursor: string | null }> {
  const { status, anchorId, roomId } = input;
  return await listPage(ctx, { status, anchorId, roomId }, input);
}
