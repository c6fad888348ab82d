import { z } from "zod";
import { listReversalsOf } from "@/db/finance/queries/take-back";
import type { FinanceLinesInput, ReversalItem } from "@/domain/contracts/finance";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

/** What refunds of gifts took back from the calling anchor, newest first. Says nothing of who had sent them. */
export async function listReversals(
  ctx: SignedInCtx,
  input: FinanceLinesInput,
): Promise<{ items: ReversalItem[]; nextCursor: string | null }> {
  const rows = await listReversalsOf(ctx.finance, {
    anchorId: ctx.session.userId,
    belowSeq: decodeCursor(Cursor, input.cursor),
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map(
      ({ refundId, giftOrderId, shareBps, coins, grossFen, anchorFen, traceId, createdAt }) => ({
        refundId,
        giftOrderId,
        shareBps,
        coins,
        grossFen,
        anchorFen,
        traceId,
        reversedAt: createdAt.toISOString(),
      }),
    ),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.refundSeq) : null,
  };
}
