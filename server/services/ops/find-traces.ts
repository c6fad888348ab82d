import { findFinanceTraces } from "@/db/finance/queries/trace-facts";
import { findLiveTraces } from "@/db/live/queries/trace-facts";
import { GiftSearchInput } from "@/domain/contracts/gift";
import { TraceId, Uuid } from "@/domain/contracts/ids";
import type { FoundTrace, FoundTraces, TracesInput } from "@/domain/contracts/traces";
import type { SignedInCtx } from "../context";
import { searchOrders } from "../gift/search-orders";

const GIFTS_SHOWN = 20;

/** Traces of something that an operator has the id of: a gift order, a user's latest gifts, a top-up, a rain, a withdrawal. */
export async function findTraces(ctx: SignedInCtx, { text }: TracesInput): Promise<FoundTraces> {
  const trace = TraceId.safeParse(text.toLowerCase());
  if (trace.success)
    return { items: [{ traceId: trace.data, kind: "trace", subject: `trace:${trace.data}`, at: null }] };
  const id = Uuid.safeParse(text);
  if (!id.success) return { items: [] };
  const [gifts, live, finance] = await Promise.all([
    searchOrders(ctx, GiftSearchInput.parse({ text: id.data, limit: GIFTS_SHOWN })),
    findLiveTraces(ctx.live, id.data),
    findFinanceTraces(ctx.finance, id.data),
  ]);
  const items: FoundTrace[] = [
    ...live.map((row) => ({ ...row, at: row.at.toISOString() })),
    ...finance.map((row) => ({ ...row, kind: "withdrawal" as const, at: row.at.toISOString() })),
    ...gifts.items.map(({ traceId, giftOrderId, sentAt }) => ({
      traceId,
      kind: "gift" as const,
      subject: `gift-order:${giftOrderId}`,
      at: sentAt,
    })),
  ];
  return { items };
}
