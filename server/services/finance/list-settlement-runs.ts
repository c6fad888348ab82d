import { z } from "zod";
import { readCursors } from "@/db/finance/queries/settle";
import { listSettlementRuns } from "@/db/finance/queries/settlement-runs";
import { readRefundCursor } from "@/db/finance/queries/take-back";
import { readLastRefundSeq, readLastSeqs } from "@/db/live/ledger/gift-feed";

import type { FinanceLinesInput, SettlementRunItem, SettlementState } from "@/domain/contracts/finance";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

/** Stretches in which settlement workers had something to do, newest first. */
export async function listRuns(
  ctx: SignedInCtx,
  input: FinanceLinesInput,
): Promise<{ items: SettlementRunItem[]; nextCursor: string | null }> {
  const belowId = decodeCursor(Cursor, input.cursor);
  const rows = await listSettlementRuns(ctx.finance, { belowId, limit: input.limit + 1 });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ id, startedAt, endedAt, ...run }) => ({
      runId: String(id),
      ...run,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
    })),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null,
  };
}

/** How much is paid or refunded and not yet settled. */
export async function getSettlementState(ctx: SignedInCtx): Promise<SettlementState> {
  // Cursors first: what they have passed is in what is read after them.
  const [cursors, refundCursor] = await Promise.all([
    readCursors(ctx.finance),
    readRefundCursor(ctx.finance),
  ]);
  const [lastSeqs, lastRefundSeq] = await Promise.all([readLastSeqs(ctx.live), readLastRefundSeq(ctx.live)]);
  const settledGifts = [...cursors.values()].reduce((sum, seq) => sum + seq, 0);
  const paidGifts = [...lastSeqs.values()].reduce((sum, seq) => sum + seq, 0);
  return {
    settledGifts,
    waitingGifts: paidGifts - settledGifts,
    waitingRefunds: lastRefundSeq - refundCursor.seq,
  };
}
