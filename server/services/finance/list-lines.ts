import { z } from "zod";
import { listLines } from "@/db/finance/queries/earnings";
import type { FinanceLinesInput, SettlementLine } from "@/server/contracts/finance";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

/** The calling anchor's settlement lines, newest first. */
export async function listSettlementLines(
  ctx: SignedInCtx,
  input: FinanceLinesInput,
): Promise<{ items: SettlementLine[]; nextCursor: string | null }> {
  const rows = await listLines(ctx.finance, {
    anchorId: ctx.session.userId,
    belowId: decodeCursor(Cursor, input.cursor),
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ id, anchorId: _, createdAt, ...line }) => ({
      lineId: String(id),
      ...line,
      settledAt: createdAt.toISOString(),
    })),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null,
  };
}
