import { z } from "zod";
import { listRefunds } from "@/db/live/queries/gift-refunds";
import type { GiftRefundResult, RefundsInput } from "@/domain/contracts/refund";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

/** Refunds of gifts, newest first. For operators. */
export async function listGiftRefunds(
  ctx: SignedInCtx,
  input: RefundsInput,
): Promise<{ items: GiftRefundResult[]; nextCursor: string | null }> {
  const belowSeq = decodeCursor(Cursor, input.cursor);
  const rows = await listRefunds(ctx.live, { belowSeq, limit: input.limit + 1 });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ refundSeq: _, anchorId: __, createdAt, ...refund }) => ({
      ...refund,
      refundedAt: createdAt.toISOString(),
    })),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.refundSeq) : null,
  };
}
