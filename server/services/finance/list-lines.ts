import { z } from "zod";
import { listLines } from "@/db/finance/queries/earnings";
import type {
  AnchorLine,
  FinanceLinesInput,
  SettlementLine,
  SettlementLinesInput,
} from "@/domain/contracts/finance";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

/** The calling anchor's settlement lines, newest first. */
export async function listSettlementLines(
  ctx: SignedInCtx,
  input: FinanceLinesInput,
): Promise<{ items: SettlementLine[]; nextCursor: string | null }> {
  const { items, nextCursor } = await listLinesOf(ctx, input, ctx.session.userId);
  return { items: items.map(({ anchorId: _, ...line }) => line), nextCursor };
}

/** Settlement lines of one anchor or of all, newest first. For operators. */
export function listAnyLines(
  ctx: SignedInCtx,
  input: SettlementLinesInput,
): Promise<{ items: AnchorLine[]; nextCursor: string | null }> {
  return listLinesOf(ctx, input, input.anchorId ?? null);
}

async function listLinesOf(ctx: SignedInCtx, input: FinanceLinesInput, anchorId: string | null) {
  const rows = await listLines(ctx.finance, {
    anchorId,
    belowId: decodeCursor(Cursor, input.cursor),
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map(toAnchorLine),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null,
  };
}

export function toAnchorLine({
  id,
  batchId,
  createdAt,
  ...line
}: Awaited<ReturnType<typeof listLines>>[number]): AnchorLine {
  return { lineId: String(id), batchId: String(batchId), ...line, settledAt: createdAt.toISOString() };
}
