import { type FoundOrderRow, searchGiftOrders } from "@/db/live/queries/search-gift-orders";
import { findPerson } from "@/db/live/queries/users";
import type { FoundGiftOrder, GiftHistoryItem, GiftSearchInput } from "@/server/contracts/gift";
import { TraceId, Uuid } from "@/server/contracts/ids";
import type { SignedInCtx } from "../context";
import { listSentBy } from "./list-gift-history";

export interface FoundGiftOrders {
  items: FoundGiftOrder[];
  /** For the next page of what one user sent. */
  nextCursor: string | null;
}

/**
 * Gift orders by what an operator has at hand: an order's id, a trace id (among the newest gifts), or a user's id, which
 * finds what that user sent, newest first, page by page. Nothing is found for a text that is none of these.
 */
export async function searchOrders(ctx: SignedInCtx, input: GiftSearchInput): Promise<FoundGiftOrders> {
  const trace = TraceId.safeParse(input.text.toLowerCase());
  const id = Uuid.safeParse(input.text);
  if (trace.success) {
    const rows = await searchGiftOrders(ctx.live, { traceId: trace.data }, input.limit);
    return { items: rows.map(toFound), nextCursor: null };
  }
  if (!id.success) return { items: [], nextCursor: null };
  const orders = await searchGiftOrders(ctx.live, { giftOrderId: id.data }, input.limit);
  if (orders.length > 0) return { items: orders.map(toFound), nextCursor: null };
  const [person, page] = await Promise.all([
    findPerson(ctx.live, id.data),
    listSentBy(ctx, id.data, { cursor: input.cursor, limit: input.limit }),
  ]);
  const sender = { senderId: id.data, senderName: person?.nickname ?? null };
  return {
    items: page.items.map((item) => ({ ...sender, ...withAnchor(item) })),
    nextCursor: page.nextCursor,
  };
}

function withAnchor({ counterparty, priceCoins: _, ...order }: GiftHistoryItem) {
  return { ...order, anchorId: counterparty?.userId ?? "", anchorName: counterparty?.nickname || null };
}

function toFound({ refundedAt, sentAt, reason, ...order }: FoundOrderRow): FoundGiftOrder {
  return {
    ...order,
    status: refundedAt ? "refunded" : reason ? "failed" : "settled",
    reason: reason ?? undefined,
    refundedAt: refundedAt?.toISOString() ?? null,
    sentAt: sentAt.toISOString(),
  };
}
