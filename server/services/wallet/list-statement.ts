import { z } from "zod";
import { listTrades } from "@/db/live/queries/statement";
import type { StatementInput, StatementItem } from "@/domain/contracts/wallet";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

/**
 * The last trade of a page and the balance after it: what lies below is taken from there, so a page costs the same however
 * deep it is. The number alone is the cursor of pages that were opened before.
 */
const TradeNumber = z.number().int().positive();
const Cursor = z.union([
  z.object({ id: TradeNumber, balanceAfterCoins: z.number().int() }),
  TradeNumber.transform((id) => ({ id })),
]);

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
  const above = decodeCursor(Cursor, input.cursor);
  const rows = await listTrades(ctx.live, {
    userId,
    belowId: above?.id ?? null,
    known: above && "balanceAfterCoins" in above ? above : undefined,
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
    nextCursor:
      rows.length > input.limit && last
        ? encodeCursor({ id: last.id, balanceAfterCoins: last.balanceAfterCoins })
        : null,
  };
}
