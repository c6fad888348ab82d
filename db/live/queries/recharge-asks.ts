import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { nextAskAt } from "@/domain/rules/recharge";

export interface OrderToAsk {
  paymentId: string;
  providerRef: string | null;
  userId: string;
  orderId: string;
  expiresAt: Date;
  traceId: string;
}

/**
 * Takes orders about which the provider was silent for too long, and puts off when each is asked next: should we die
 * before the answer, it is asked again then. Of several schedulers each takes others.
 */
export async function takeOrdersToAsk(
  db: LiveDb,
  input: { provider: string; now: Date; limit: number },
): Promise<OrderToAsk[]> {
  const now = input.now.toISOString();
  return inTransaction(db.sql, async (sql) => {
    const rows = await sql<
      {
        payment_id: string;
        provider_ref: string | null;
        user_id: string;
        order_id: string;
        expires_at: Date;
        asks: number;
        trace_id: string;
      }[]
    >`
      SELECT payment_id, provider_ref, user_id, order_id, expires_at, asks, trace_id FROM recharge_orders
      WHERE ask_at <= ${now} AND provider = ${input.provider} AND status IN ('pending', 'failed')
      ORDER BY ask_at LIMIT ${input.limit} FOR UPDATE SKIP LOCKED`;
    for (const row of rows) {
      const askAt = nextAskAt(input.now, row.asks + 1, row.expires_at);
      await sql`
        UPDATE recharge_orders SET asks = asks + 1, ask_at = ${askAt.toISOString()}
        WHERE payment_id = ${row.payment_id}`;
    }
    return rows.map((row) => ({
      paymentId: row.payment_id,
      providerRef: row.provider_ref,
      userId: row.user_id,
      orderId: row.order_id,
      expiresAt: row.expires_at,
      traceId: row.trace_id,
    }));
  });
}

/**
 * Ends the wait for an order that nobody paid in time; one that failed stays so. Returns false when it was paid after all
 * or its time is not over.
 */
export async function expireRechargeOrder(db: LiveDb, paymentId: string, now: Date): Promise<boolean> {
  const ended = await db.sql`
    UPDATE recharge_orders SET ask_at = NULL, status = CASE status WHEN 'pending' THEN 'expired' ELSE status END
    WHERE payment_id = ${paymentId} AND status IN ('pending', 'failed') AND expires_at <= ${now.toISOString()}
    RETURNING payment_id`;
  return ended.length > 0;
}
