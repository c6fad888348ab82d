import { z } from "zod";
import { listTrades } from "@/db/live/queries/statement";
import type { StatementInput, StatementItem } from "@/server/contracts/wallet";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

/** Every coin that entered or left the caller's wallet, newest first. */
export async function listStatement(
  ctx: SignedInCtx,
  input: StatementInput,
): Promise<{ items: StatementItem[]; nextCursor: string | null }> {
  const rows = await listTrades(ctx.live, {
    userId: ctx.session.userId,
    belowId: decodeCursor(Cursor, input.cursor),
    type: input.type ?? null,
    from: input.from ? new Date(input.from) : null,
    to: input.to ? new Date(input.to) : null,
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      tradeId: String(row.id),
      type: row.type,
      amountCoins: row.amountCoins,
      bizId: row.bizId,
      giftOrderId: row.giftOrderId,
      traceId: row.traceId,
      at: row.createdAt.toISOString(),
    })),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null,
  };
}
