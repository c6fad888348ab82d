import { and, asc, desc, eq, gte, lt, ne, or, type SQL } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { ledgerAccounts, rechargeOrders, rechargeProducts, users } from "@/db/live/schema";
import type { RechargeStatus } from "@/server/contracts/recharge";

export type RechargeOrderRow = typeof rechargeOrders.$inferSelect;
export type RechargeProductRow = typeof rechargeProducts.$inferSelect;

/** What is on sale, in its order. */
export async function listRechargeProducts(db: LiveDb): Promise<RechargeProductRow[]> {
  return db.orm
    .select()
    .from(rechargeProducts)
    .where(eq(rechargeProducts.enabled, true))
    .orderBy(asc(rechargeProducts.sortOrder), asc(rechargeProducts.id));
}

export async function findRechargeProduct(
  db: LiveDb,
  productId: string,
): Promise<RechargeProductRow | undefined> {
  const [row] = await db.orm.select().from(rechargeProducts).where(eq(rechargeProducts.id, productId));
  return row;
}

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

/** A user's orders since an instant, one of them not counted. */
export async function countRechargeOrdersSince(
  db: LiveDb,
  input: { userId: string; since: Date; orderId: string },
): Promise<number> {
  return db.orm.$count(
    rechargeOrders,
    and(
      eq(rechargeOrders.userId, input.userId),
      gte(rechargeOrders.createdAt, input.since),
      ne(rechargeOrders.orderId, input.orderId),
    ),
  );
}

/** Puts an order down unless the user has one of this id already; returns the one that stands. */
export async function insertRechargeOrder(
  db: LiveDb,
  order: typeof rechargeOrders.$inferInsert,
): Promise<RechargeOrderRow> {
  const [inserted] = await db.orm
    .insert(rechargeOrders)
    .values(order)
    .onConflictDoNothing({ target: [rechargeOrders.orderId, rechargeOrders.userId] })
    .returning();
  const standing = inserted ?? (await findRechargeOrder(db, order.userId, order.orderId));
  if (!standing) throw new Error("A recharge order is neither new nor there.");
  return standing;
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
