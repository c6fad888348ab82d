import { z } from "zod";
import { listTrades } from "@/db/live/queries/statement";
import type { StatementInput, StatementItem } from "@/server/contracts/wallet";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Cursor = z.number().int().positive();

export interface StatementPage {
  items: StatementItem[];
  nextCursor: string | null;
}

/** Every coin that entered or left the caller's wallet, newest first. */
export function listStatement(ctx: SignedInCtx, input: StatementInput): Promise<StatementPage> {
  return listStatementOf(ctx, ctx.session.userId, input);
}

/** The same of anybody's wallet; who may see it is for the caller to say. */
export async function listStatementOf(
  ctx: SignedInCtx,
  userId: string,
  input: StatementInput,
): Promise<StatementPage> {
  const rows = await listTrades(ctx.live, {
    userId,
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
      balanceAfterCoins: row.balanceAfterCoins,
      about: row.about,
      bizId: row.bizId,
      giftOrderId: row.giftOrderId,
      traceId: row.traceId,
      at: row.createdAt.toISOString(),
    })),
    nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null,
  };
}
