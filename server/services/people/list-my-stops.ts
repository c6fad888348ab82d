import { listAccountRestrictions } from "@/db/live/queries/account-restrictions";
import type { MyStop } from "@/domain/contracts/people";
import type { SignedInCtx } from "../context";

const ROWS_MAX = 100;

/** What of the caller is stopped now, why and until when, so that nobody has to guess. */
export async function listMyStops(ctx: SignedInCtx): Promise<MyStop[]> {
  const rows = await listAccountRestrictions(ctx.live, ctx.session.userId, ROWS_MAX);
  return rows
    .filter((row) => row.stands)
    .map(({ kind, reason, until }) => ({ kind, reason, until: until?.toISOString() ?? null }));
}
