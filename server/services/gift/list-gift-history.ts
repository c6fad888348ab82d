import { z } from "zod";
import {
  type GiftOrderRow,
  listFailedBySender,
  listReceivedByAnchor,
  listSettledBySender,
} from "@/db/live/queries/gift-orders";
import type { GiftHistoryInput, GiftHistoryItem } from "@/domain/contracts/gift";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const Place = z.object({ createdAt: z.iso.datetime(), giftOrderId: z.guid() });
/** Rows of one place that were shown already; more than a few of them would take as many senders in one plot. */
const ReceivedCursor = Place.extend({ skip: z.number().int().positive().max(10_000) });
const SentCursor = z.object({ tradeId: z.number().int().positive().nullable(), failed: Place.nullable() });

export interface GiftHistoryPage {
  items: GiftHistoryItem[];
  nextCursor: string | null;
}

/** The caller's gift orders, newest first: those sent, with the failed ones, or those received in the own room. */
export async function listGiftHistory(ctx: SignedInCtx, input: GiftHistoryInput): Promise<GiftHistoryPage> {
  return input.side === "sent"
    ? await listSentBy(ctx, ctx.session.userId, input)
    : await listReceived(ctx, input);
}

/** What one viewer sent, paid or not; who may see it is for the caller to say. */
export async function listSentBy(
  ctx: SignedInCtx,
  senderId: string,
  input: Pick<GiftHistoryInput, "cursor" | "limit">,
): Promise<GiftHistoryPage> {
  const cursor = decodeCursor(SentCursor, input.cursor) ?? { tradeId: null, failed: null };
  const limit = input.limit + 1;
  const [settled, failed] = await Promise.all([
    listSettledBySender(ctx.live, { senderId, belowTradeId: cursor.tradeId, limit }),
    listFailedBySender(ctx.live, { senderId, below: toPlace(cursor.failed), limit }),
  ]);
  // Two sources with a cursor each, merged by time.
  const merged: GiftOrderRow[] = [];
  let { tradeId, failed: failedPlace } = cursor;
  let s = 0;
  let f = 0;
  while (merged.length < input.limit && (s < settled.length || f < failed.length)) {
    const nextSettled = settled[s];
    const nextFailed = failed[f];
    if (nextSettled && (!nextFailed || nextSettled.createdAt >= nextFailed.createdAt)) {
      merged.push(nextSettled);
      tradeId = nextSettled.tradeId;
      s += 1;
    } else if (nextFailed) {
      merged.push(nextFailed);
      failedPlace = { createdAt: nextFailed.createdAt.toISOString(), giftOrderId: nextFailed.giftOrderId };
      f += 1;
    }
  }
  const more = s < settled.length || f < failed.length;
  return {
    items: merged.map(toItem),
    nextCursor: more ? encodeCursor({ tradeId, failed: failedPlace }) : null,
  };
}

async function listReceived(ctx: SignedInCtx, input: GiftHistoryInput): Promise<GiftHistoryPage> {
  const cursor = decodeCursor(ReceivedCursor, input.cursor);
  const rows = await listReceivedByAnchor(ctx.live, {
    anchorId: ctx.session.userId,
    from: cursor && { ...cursor, createdAt: new Date(cursor.createdAt) },
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  if (rows.length <= input.limit || !last) return { items: page.map(toItem), nextCursor: null };
  const place = { createdAt: last.createdAt.toISOString(), giftOrderId: last.giftOrderId };
  const shown = page.filter((row) => isAt(row, place)).length;
  const shownBefore = cursor && isAt(last, cursor) ? cursor.skip : 0;
  return { items: page.map(toItem), nextCursor: encodeCursor({ ...place, skip: shown + shownBefore }) };
}

function isAt(row: GiftOrderRow, place: z.infer<typeof Place>): boolean {
  return row.giftOrderId === place.giftOrderId && row.createdAt.getTime() === Date.parse(place.createdAt);
}

function toPlace(place: z.infer<typeof Place> | null): { createdAt: Date; giftOrderId: string } | null {
  return place && { createdAt: new Date(place.createdAt), giftOrderId: place.giftOrderId };
}

function toItem(row: GiftOrderRow): GiftHistoryItem {
  return {
    giftOrderId: row.giftOrderId,
    status: row.status,
    reason: row.reason,
    refundedAt: row.refundedAt?.toISOString() ?? null,
    giftId: row.giftId,
    count: row.count,
    priceCoins: row.priceCoins,
    totalCoins: row.totalCoins,
    roomId: row.roomId,
    counterparty: row.counterpartyId
      ? { userId: row.counterpartyId, nickname: row.counterpartyName ?? "" }
      : null,
    source: row.source,
    unit: row.unit,
    sentAt: row.sentAt.toISOString(),
    traceId: row.traceId,
  };
}
