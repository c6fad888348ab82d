import { and, desc, eq, gt, lt, or, type SQL } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { ledgerAccounts, rechargeOrders, users } from "@/db/live/schema";
import type { RechargeStatus } from "@/domain/contracts/recharge";
import type { RateWindow } from "@/domain/rules/rate-limit";

export type RechargeOrderRow = typeof rechargeOrders.$inferSelect;

/** An order of a user by the id that the user's client gave it. */
export async function findRechargeOrder(
  db: LiveDb,
  userId: string,
  orderId: string,
): Promise<RechargeOrderRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(rechargeOrders)
    .where(and(eq(rechargeOrders.orderId, orderId), eq(rechargeOrders.userId, userId)));
  return row;
}

export type PlacedOrder =
  | { order: RechargeOrderRow }
  /** Nothing was written: there is place again after this time. */
  | { retryAfterMs: number };

/**
 * Puts an order down unless the user has one of this id already; returns the one that stands. Orders of a user are
 * counted and written one after the other, so that no two take the last place; an order that stands is not counted.
 *
 * Locks: the user.
 */
export async function placeRechargeOrder(
  db: LiveDb,
  order: typeof rechargeOrders.$inferInsert,
  limits: readonly RateWindow[],
): Promise<PlacedOrder> {
  return await db.orm.transaction(async (tx) => {
    // Not FOR UPDATE: rows that refer to the user go on being written.
    await tx.select({ id: users.id }).from(users).where(eq(users.id, order.userId)).for("no key update");
    const [standing] = await tx
      .select()
      .from(rechargeOrders)
      .where(and(eq(rechargeOrders.orderId, order.orderId), eq(rechargeOrders.userId, order.userId)));
    if (standing) return { order: standing };
    const waitMs = await waitForPlace(tx, order, limits);
    if (waitMs > 0) return { retryAfterMs: waitMs };
    const [inserted] = await tx.insert(rechargeOrders).values(order).returning();
    if (!inserted) throw new Error("A recharge order was not written.");
    return { order: inserted };
  });
}

/** Milliseconds until the oldest order that fills a limit leaves its window; 0 when there is place now. */
async function waitForPlace(
  tx: Pick<LiveDb["orm"], "select">,
  { userId, createdAt }: { userId: string; createdAt: Date },
  limits: readonly RateWindow[],
): Promise<number> {
  let waitMs = 0;
  for (const { limit, windowSeconds } of limits) {
    const since = new Date(createdAt.getTime() - windowSeconds * 1_000);
    const [filling] = await tx
      .select({ createdAt: rechargeOrders.createdAt })
      .from(rechargeOrders)
      .where(and(eq(rechargeOrders.userId, userId), gt(rechargeOrders.createdAt, since)))
      .orderBy(desc(rechargeOrders.createdAt))
      .offset(limit - 1)
      .limit(1);
    if (filling) waitMs = Math.max(waitMs, filling.createdAt.getTime() - since.getTime(), 1);
  }
  return waitMs;
}

/** Remembers where an order is paid. What was remembered first stays; returns it. */
export async function savePayUrl(
  db: LiveDb,
  input: { paymentId: string; providerRef: string; payUrl: string },
): Promise<string> {
  const [row] = await db.sql<{ pay_url: string }[]>`
    UPDATE recharge_orders
    SET provider_ref = coalesce(provider_ref, ${input.providerRef}), pay_url = coalesce(pay_url, ${input.payUrl})
    WHERE payment_id = ${input.paymentId} RETURNING pay_url`;
  if (!row) throw new Error("The recharge order is gone.");
  return row.pay_url;
}

/** A place in lists of orders, newest first. */
export interface RechargePlace {
  createdAt: Date;
  paymentId: string;
}

const below = (place: RechargePlace | null): SQL | undefined =>
  place
    ? or(
        lt(rechargeOrders.createdAt, place.createdAt),
        and(eq(rechargeOrders.createdAt, place.createdAt), lt(rechargeOrders.paymentId, place.paymentId)),
      )
    : undefined;

const newestFirst = [desc(rechargeOrders.createdAt), desc(rechargeOrders.paymentId)];

export async function listRechargeOrders(
  db: LiveDb,
  input: { userId: string; below: RechargePlace | null; limit: number },
): Promise<RechargeOrderRow[]> {
  return db.orm
    .select()
    .from(rechargeOrders)
    .where(and(eq(rechargeOrders.userId, input.userId), below(input.below)))
    .orderBy(...newestFirst)
    .limit(input.limit);
}

export interface FoundRechargeOrder {
  order: RechargeOrderRow;
  nickname: string | null;
  frozenAt: Date | null;
}

/** Orders of everybody, for operators. */
export async function searchRechargeOrders(
  db: LiveDb,
  input: {
    userId: string | undefined;
    status: RechargeStatus | undefined;
    below: RechargePlace | null;
    limit: number;
  },
): Promise<FoundRechargeOrder[]> {
  return db.orm
    .select({ order: rechargeOrders, nickname: users.name, frozenAt: ledgerAccounts.frozenAt })
    .from(rechargeOrders)
    .leftJoin(users, eq(users.id, rechargeOrders.userId))
    .leftJoin(ledgerAccounts, eq(ledgerAccounts.id, rechargeOrders.userId))
    .where(
      and(
        input.userId ? eq(rechargeOrders.userId, input.userId) : undefined,
        input.status ? eq(rechargeOrders.status, input.status) : undefined,
        below(input.below),
      ),
    )
    .orderBy(...newestFirst)
    .limit(input.limit);
}

/** Whether an order of ours is known by this charge. */
export async function isKnownCharge(db: LiveDb, provider: string, chargeRef: string): Promise<boolean> {
  const rows = await db.sql`
    SELECT 1 FROM recharge_orders WHERE provider = ${provider} AND charge_ref = ${chargeRef}`;
  return rows.length > 0;
}

/** What somebody ever bought and paid for, without what was charged back. */
export async function sumRechargedCoins({ sql }: LiveDb, userId: string): Promise<number> {
  const [row] = await sql<{ coins: string }[]>`
    SELECT coalesce(sum(coins), 0) AS coins FROM recharge_orders WHERE user_id = ${userId} AND status = 'paid'`;
  return Number(row?.coins ?? 0);
}
