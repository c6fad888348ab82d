import { z } from "zod";
import type { WithdrawalRow } from "@/db/finance/queries/withdrawal-row";
import { listWithdrawals, type WithdrawalFilter } from "@/db/finance/queries/withdrawals";
import type {
  Withdrawal,
  WithdrawalFacts,
  WithdrawalSearchInput,
  WithdrawalsInput,
} from "@/domain/contracts/withdrawal";
import type { Ctx, SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { showWithdrawalFacts, showWithdrawals } from "./show-withdrawals";

const Cursor = z.object({ at: z.iso.datetime(), id: z.guid() });

async function readPage(
  ctx: Pick<Ctx, "finance">,
  filter: WithdrawalFilter,
  { cursor, limit }: WithdrawalsInput,
): Promise<{ rows: WithdrawalRow[]; nextCursor: string | null }> {
  const place = decodeCursor(Cursor, cursor);
  const found = await listWithdrawals(ctx.finance, {
    ...filter,
    below: place && { createdAt: new Date(place.at), payoutId: place.id },
    limit: limit + 1,
  });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > limit && last;
  return {
    rows,
    nextCursor: hasMore ? encodeCursor({ at: last.createdAt.toISOString(), id: last.payoutId }) : null,
  };
}

/** The calling anchor's withdrawals, newest first. */
export async function listMyWithdrawals(
  ctx: SignedInCtx,
  input: WithdrawalsInput,
): Promise<{ items: Withdrawal[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await readPage(ctx, { anchorId: ctx.session.userId }, input);
  return { items: await showWithdrawals(ctx, rows), nextCursor };
}

/** Everybody's withdrawals for operators, newest first. */
export async function searchWithdrawals(
  ctx: SignedInCtx,
  { cursor, limit, ...filter }: WithdrawalSearchInput,
): Promise<{ items: WithdrawalFacts[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await readPage(ctx, filter, { cursor, limit });
  return { items: await showWithdrawalFacts(ctx, rows), nextCursor };
}
