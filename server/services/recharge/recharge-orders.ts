import { z } from "zod";
import {
  findRechargeOrder,
  listRechargeOrders,
  type RechargeOrderRow,
  type RechargePlace,
  searchRechargeOrders,
} from "@/db/live/queries/recharge-orders";
import { BizError } from "@/domain/contracts/errors";
import type {
  RechargeOrder,
  RechargeOrderFacts,
  RechargeOrderInput,
  RechargeOrdersInput,
  RechargeSearchInput,
} from "@/domain/contracts/recharge";
import type { Ctx, SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { frameOriginOf, mayFrame } from "./providers/frame-origin";

const Cursor = z.object({ at: z.iso.datetime(), id: z.guid() });

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** One order of the caller. Throws NOT_FOUND, also for somebody else's. */
export async function getRechargeOrder(ctx: SignedInCtx, input: RechargeOrderInput): Promise<RechargeOrder> {
  const row = await findRechargeOrder(ctx.live, ctx.session.userId, input.orderId);
  if (!row) throw new BizError("NOT_FOUND", { field: "orderId" });
  return toOrder(ctx, row);
}

/** The caller's orders, newest first. */
export async function listOwnRechargeOrders(
  ctx: SignedInCtx,
  input: RechargeOrdersInput,
): Promise<Page<RechargeOrder>> {
  const rows = await listRechargeOrders(ctx.live, {
    userId: ctx.session.userId,
    below: readPlace(input.cursor),
    limit: input.limit + 1,
  });
  return toPage(
    rows,
    input.limit,
    (row) => row,
    (row) => toOrder(ctx, row),
  );
}

/** Everybody's orders, newest first, for operators. */
export async function searchOrders(ctx: Ctx, input: RechargeSearchInput): Promise<Page<RechargeOrderFacts>> {
  const rows = await searchRechargeOrders(ctx.live, {
    userId: input.userId,
    status: input.status,
    below: readPlace(input.cursor),
    limit: input.limit + 1,
  });
  return toPage(
    rows,
    input.limit,
    ({ order }) => order,
    ({ order, nickname, frozenAt }) => ({
      ...toOrder(ctx, order),
      paymentId: order.paymentId,
      userId: order.userId,
      nickname,
      provider: order.provider,
      providerRef: order.providerRef,
      walletFrozen: frozenAt !== null,
      chargedBackAt: order.chargedBackAt?.toISOString() ?? null,
    }),
  );
}

function readPlace(cursor: string | undefined): RechargePlace | null {
  const place = decodeCursor(Cursor, cursor);
  return place && { createdAt: new Date(place.at), paymentId: place.id };
}

function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  orderOf: (row: R) => RechargePlace,
  toItem: (row: R) => T,
): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const place = rows.length > limit && last !== undefined ? orderOf(last) : null;
  return {
    items: page.map(toItem),
    nextCursor: place && encodeCursor({ at: place.createdAt.toISOString(), id: place.paymentId }),
  };
}

function toOrder({ env }: Pick<Ctx, "env">, row: RechargeOrderRow): RechargeOrder {
  const payUrl = row.status === "pending" ? row.payUrl : null;
  return {
    orderId: row.orderId,
    productId: row.productId,
    coins: row.coins,
    priceFen: row.amountFen,
    status: row.status,
    standing: row.standing,
    reason: row.reason,
    payUrl,
    inFrame: payUrl !== null && mayFrame(frameOriginOf(env), payUrl),
    traceId: row.traceId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
  };
}
