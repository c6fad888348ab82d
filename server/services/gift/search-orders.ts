import { z } from "zod";
import {
  beginWalks,
  lookAlong,
  type OrderFilter,
  type Walk,
  type WalkRow,
} from "@/db/live/queries/gift-order-walks";
import { type FoundOrderRow, searchGiftOrders } from "@/db/live/queries/search-gift-orders";
import { listPeople } from "@/db/live/queries/users";
import type { FoundGiftOrder, FoundGiftOrders, GiftSearchInput, NamedPeople } from "@/domain/contracts/gift";
import { STORED_UUID, TraceId, Uuid } from "@/domain/contracts/ids";
import { mergeWalks } from "@/domain/rules/merge-walks";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { nameAnchors, nameViewers } from "../people/name-people";

/** Looks for one page: enough for a full one, unless almost nothing matches. */
const LOOKS_MAX = 3;
/** What PostgreSQL and JavaScript both have as times. */
const TIME_MS_MAX = Date.UTC(9999, 11, 31);

const UUID = STORED_UUID.source.slice(1, -1);
const POSITIONS: readonly (readonly [key: RegExp, below: RegExp])[] = [
  [/^b\d{1,2}$/, /^\d{1,18}$/],
  [new RegExp(`^s${UUID}$`), /^\d{1,18}$/],
  [new RegExp(`^a${UUID}$`), /^\d{1,15}\|(-1|\d{1,2})\|\d{1,18}$/],
  [new RegExp(`^f(${UUID})?$`), new RegExp(`^\\d{1,15}\\|${UUID}\\|${UUID}$`)],
  [/^r$/, /^\d{1,18}$/],
];
const isPosition = (key: string, below: string) =>
  POSITIONS.some(([keys, positions]) => keys.test(key) && positions.test(below)) &&
  (!below.includes("|") || Number(below.split("|")[0]) <= TIME_MS_MAX);

const Cursor = z
  .record(z.string(), z.string())
  .refine((walks) => Object.entries(walks).every(([key, below]) => isPosition(key, below)));

/**
 * Gift orders for operators, newest first, by any of: state, gift, viewer and anchor (by name, phone or id), coins, time; or
 * the orders of one order's or trace's id. A text that is somebody's id finds what they sent.
 *
 * A page may be short, or empty, though there is more: then it was looked through as far as `searchedTo`. Throws
 * INVALID_INPUT on `cursor`.
 */
export async function searchOrders(ctx: SignedInCtx, input: GiftSearchInput): Promise<FoundGiftOrders> {
  const [viewers, anchors] = await Promise.all([
    input.viewer ? nameViewers(ctx, input.viewer) : null,
    input.room ? nameAnchors(ctx, input.room) : null,
  ]);
  const filter: OrderFilter = {
    status: input.status,
    giftId: input.giftId,
    senderIds: viewers?.people.map(({ userId }) => userId),
    anchorIds: anchors?.people.map(({ userId }) => userId),
    coinsMin: input.coinsMin,
    coinsMax: input.coinsMax,
    from: toDate(input.from),
    to: toDate(input.to),
  };
  if (input.text) {
    const rows = await searchById(ctx, input.text, input.limit);
    const id = Uuid.safeParse(input.text);
    if (rows.length > 0 || !id.success) {
      const items = rows.filter((row) => isMatching(row, filter)).map(toFound);
      return { ...people(viewers, anchors), items, nextCursor: null, searchedTo: null };
    }
    filter.senderIds = filter.senderIds?.filter((one) => one === id.data) ?? [id.data];
  }
  const found = await walkOn(ctx, filter, input);
  return { ...people(viewers, anchors), ...found, items: await withNames(ctx, found.items) };
}

const people = (viewers: NamedPeople | null, anchors: NamedPeople | null) => ({ viewers, anchors });

const toDate = (iso: string | undefined) =>
  iso === undefined ? undefined : new Date(Math.min(Math.max(Date.parse(iso), 0), TIME_MS_MAX));

async function walkOn(ctx: SignedInCtx, filter: OrderFilter, { cursor, limit }: GiftSearchInput) {
  const given = decodeCursor(Cursor, cursor);
  let walks: Walk[] = given
    ? Object.entries(given).map(([key, below]) => ({ key, below }))
    : await beginWalks(ctx.live, filter);
  const items: WalkRow[] = [];
  let searchedTo: Date | null = null;
  for (let looks = 0; looks < LOOKS_MAX && walks.length > 0 && items.length < limit; looks++) {
    // One more than is shown says whether there is more.
    const seen = await lookAlong(ctx.live, walks, filter, limit + 1);
    const merged = mergeWalks(walks, seen, limit - items.length);
    items.push(...merged.rows);
    ({ walks, searchedTo } = merged);
  }
  return {
    items,
    nextCursor:
      walks.length > 0 ? encodeCursor(Object.fromEntries(walks.map(({ key, below }) => [key, below]))) : null,
    searchedTo: walks.length > 0 && items.length < limit ? (searchedTo?.toISOString() ?? null) : null,
  };
}

/** Orders of one id; several senders may use the same. */
async function searchById(ctx: SignedInCtx, text: string, limit: number): Promise<FoundOrderRow[]> {
  const trace = TraceId.safeParse(text.toLowerCase());
  if (trace.success) return await searchGiftOrders(ctx.live, { traceId: trace.data }, limit);
  const id = Uuid.safeParse(text);
  return id.success ? await searchGiftOrders(ctx.live, { giftOrderId: id.data }, limit) : [];
}

const statusOf = ({ reason, refundedAt }: Pick<WalkRow, "reason" | "refundedAt">) =>
  refundedAt ? "refunded" : reason ? "failed" : "settled";

function isMatching(row: FoundOrderRow, filter: OrderFilter): boolean {
  const { status, giftId, senderIds, anchorIds, coinsMin = 0, coinsMax = Infinity, from, to } = filter;
  const at = status === "refunded" && row.refundedAt ? row.refundedAt : row.bookedAt;
  return (
    (status === undefined || status === statusOf(row)) &&
    (giftId === undefined || giftId === row.giftId) &&
    (senderIds?.includes(row.senderId) ?? true) &&
    (anchorIds?.includes(row.anchorId) ?? true) &&
    row.totalCoins >= coinsMin &&
    row.totalCoins <= coinsMax &&
    (!from || at >= from) &&
    (!to || at < to)
  );
}

async function withNames(ctx: SignedInCtx, rows: readonly WalkRow[]): Promise<FoundGiftOrder[]> {
  const ids = new Set(rows.flatMap(({ senderId, anchorId }) => [senderId, anchorId]));
  const names = new Map((await listPeople(ctx.live, [...ids])).map((row) => [row.userId, row.nickname]));
  return rows.map(({ at: _, below: __, ...row }) =>
    toFound({
      ...row,
      senderName: names.get(row.senderId) ?? null,
      anchorName: names.get(row.anchorId) ?? null,
    }),
  );
}

function toFound({ refundedAt, sentAt, bookedAt, reason, ...order }: FoundOrderRow): FoundGiftOrder {
  return {
    ...order,
    status: statusOf({ reason, refundedAt }),
    reason: reason ?? undefined,
    refundedAt: refundedAt?.toISOString() ?? null,
    sentAt: sentAt.toISOString(),
    bookedAt: bookedAt.toISOString(),
  };
}
