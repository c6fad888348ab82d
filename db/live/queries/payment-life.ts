import { readSnapshot } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import type { PaymentLife } from "@/domain/contracts/recharge";
import { type OwedRow, owedCoinsOf, readTaken } from "./chargebacks";
import { listFacts } from "./payment-events";

/** Shown of each kind; nobody reads more, and a page has to end. */
const ROWS_MAX = 200;

/** Everything that became of a payment, of one moment. */
export async function readPaymentLife(db: LiveDb, paymentId: string): Promise<PaymentLife | undefined> {
  return await readSnapshot(db, async (tx) => {
    const [order] = await tx<
      (OwedRow & {
        user_id: string;
        provider: string;
        charge_ref: string | null;
        amount_fen: string;
        owed_fen: string;
        freezes: boolean;
      })[]
    >`
      SELECT o.user_id, o.provider, o.charge_ref, o.coins, o.amount_fen, o.owed_fen, o.owed_coins, o.status, o.standing,
        EXISTS (SELECT 1 FROM wallet_freezes f
          WHERE f.user_id = o.user_id AND f.source = 'payment' AND f.subject = o.payment_id::text) AS freezes
      FROM recharge_orders o WHERE o.payment_id = ${paymentId}`;
    if (!order) return undefined;
    const { recoveredCoins, returnedCoins } = await readTaken(tx, paymentId);
    const refs = { provider: order.provider, paymentId, chargeRef: order.charge_ref };
    const facts = await listFacts(tx, refs, ROWS_MAX);
    const gifts = await tx<
      {
        refund_id: string;
        gift_order_id: string;
        anchor_id: string;
        name: string | null;
        coins: string;
        created_at: Date;
      }[]
    >`
      SELECT b.refund_id, b.gift_order_id, b.anchor_id, u.name, b.coins, b.created_at
      FROM payment_take_backs b LEFT JOIN users u ON u.id = b.anchor_id
      WHERE b.payment_id = ${paymentId} ORDER BY b.refund_seq LIMIT ${ROWS_MAX}`;
    const holds = await tx<
      { anchor_id: string; name: string | null; created_at: Date; lifted_at: Date | null }[]
    >`
      SELECT h.anchor_id, u.name, h.created_at, h.lifted_at
      FROM payment_holds h LEFT JOIN users u ON u.id = h.anchor_id
      WHERE h.payment_id = ${paymentId} ORDER BY h.created_at, h.hold_id LIMIT ${ROWS_MAX}`;
    return {
      paymentId,
      userId: order.user_id,
      status: order.status,
      standing: order.standing,
      coins: Number(order.coins),
      priceFen: Number(order.amount_fen),
      owedFen: Number(order.owed_fen),
      owedCoins: owedCoinsOf(order),
      recoveredCoins,
      returnedCoins,
      freezes: order.freezes,
      facts,
      gifts: gifts.map((gift) => ({
        refundId: gift.refund_id,
        giftOrderId: gift.gift_order_id,
        anchorId: gift.anchor_id,
        anchorName: gift.name,
        coins: Number(gift.coins),
        at: gift.created_at.toISOString(),
      })),
      holds: holds.map((hold) => ({
        anchorId: hold.anchor_id,
        anchorName: hold.name,
        placedAt: hold.created_at.toISOString(),
        liftedAt: hold.lifted_at?.toISOString() ?? null,
      })),
    };
  });
}
