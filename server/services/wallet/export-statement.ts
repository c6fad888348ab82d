import { z } from "zod";
import { listTrades, type StatementRow } from "@/db/live/queries/statement";
import { BizError } from "@/domain/contracts/errors";
import { Uuid } from "@/domain/contracts/ids";
import { TradeType } from "@/domain/contracts/wallet";
import type { SignedInCtx } from "../context";

const PAGE_ROWS = 1_000;

/** Filters of the statement; `userId` is for operators. */
const Query = z.object({
  type: TradeType.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  userId: Uuid.optional(),
});

/**
 * Every coin that entered or left the caller's wallet, or for an operator anybody's, newest first, as a table. Throws
 * INVALID_INPUT, and FORBIDDEN for somebody else's wallet.
 */
export function exportStatement(ctx: SignedInCtx, query: URLSearchParams) {
  const parsed = Query.safeParse(Object.fromEntries(query));
  if (!parsed.success)
    throw new BizError("INVALID_INPUT", { field: String(parsed.error.issues[0]?.path[0]) });
  const { type, from, to, userId = ctx.session.userId } = parsed.data;
  if (userId !== ctx.session.userId && ctx.session.role !== "operator") throw new BizError("FORBIDDEN");
  return {
    head: [
      "trade_id",
      "at",
      "type",
      "amount_coins",
      "business_id",
      "gift_order_id",
      "trace_id",
      "balance_after_coins",
      "gift_id",
      "count",
      "anchor",
      "source",
      "unit",
    ],
    pages: readPages(ctx, {
      userId,
      type: type ?? null,
      from: from ? new Date(from) : null,
      to: to ? new Date(to) : null,
    }),
  };
}

async function* readPages(
  { live }: SignedInCtx,
  filter: Omit<Parameters<typeof listTrades>[1], "belowId" | "limit" | "known">,
) {
  let last: StatementRow | undefined;
  for (;;) {
    const rows: StatementRow[] = await listTrades(live, {
      ...filter,
      belowId: last?.id ?? null,
      limit: PAGE_ROWS,
      known: last,
    });
    yield rows.map((row) => [
      row.id,
      row.createdAt.toISOString(),
      row.type,
      row.amountCoins,
      row.bizId,
      row.giftOrderId,
      row.traceId,
      row.balanceAfterCoins,
      row.about?.kind === "gift" ? row.about.giftId : null,
      row.about?.kind === "gift" ? row.about.count : null,
      row.about?.kind === "gift" || row.about?.kind === "rain" ? (row.about.anchor?.nickname ?? null) : null,
      row.about?.kind === "gift" ? row.about.source : (row.about?.kind ?? null),
      "coin",
    ]);
    last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
  }
}
