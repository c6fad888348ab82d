import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { orderScope } from "@/domain/rules/decide-gifts";
import { claimCompensationId } from "@/domain/rules/packet-id";

export interface OrderEnd {
  status: "settled" | "failed";
  totalCoins: number;
}

/** How these orders ended, by `orderScope`; those that have not are left out. */
export async function findOrderEnds(
  db: LiveDb,
  giftOrderIds: readonly string[],
): Promise<Map<string, OrderEnd>> {
  const rows = await db.sql<
    { sender_id: string; gift_order_id: string; status: OrderEnd["status"]; total_coins: string }[]
  >`
    WITH asked AS MATERIALIZED (SELECT ${arrayLiteral(giftOrderIds)}::uuid[] AS ids)
    SELECT sender_id, gift_order_id, 'settled' AS status, total_coins FROM gift_records
    WHERE gift_order_id = ANY((SELECT ids FROM asked)::uuid[])
    UNION ALL
    SELECT sender_id, gift_order_id, 'failed', total_coins FROM gift_failures
    WHERE gift_order_id = ANY((SELECT ids FROM asked)::uuid[])`;
  return new Map(
    rows.map((row) => [
      orderScope(row.sender_id, row.gift_order_id),
      { status: row.status, totalCoins: Number(row.total_coins) },
    ]),
  );
}

/** Which of these orders wait for a person's decision, or were decided a moment ago; by `orderScope`. */
export async function findOrdersSetApart(
  db: LiveDb,
  giftOrderIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.sql<{ user_id: string; gift_order_id: string }[]>`
    SELECT user_id, gift_order_id FROM dead_letters
    WHERE gift_order_id = ANY(${arrayLiteral(giftOrderIds)}::uuid[]) AND user_id IS NOT NULL
      AND ((status = 'open' AND NOT is_told) OR is_effect_due)`;
  return new Set(rows.map((row) => orderScope(row.user_id, row.gift_order_id)));
}

interface WonPacket {
  rainId: string;
  userId: string;
  claimId: string;
  packetIndex: number;
}

/**
 * Which of these packets that somebody was shown nothing explains, in their order. Explained is one whose very claim is
 * credited, if with another packet, paid for by the platform, or among the dead letters. `LIMIT` has each looked up by
 * itself, however little the planner knows.
 */
export async function findUnexplainedPackets<P extends WonPacket>(
  db: LiveDb,
  packets: readonly P[],
): Promise<P[]> {
  if (packets.length === 0) return [];
  const rows = await db.sql<{ place: string }[]>`
    WITH asked AS MATERIALIZED (
      SELECT place, rain_id, packet_index, user_id, claim_id, trade_id FROM unnest(
        ${arrayLiteral(packets.map((p) => p.rainId))}::uuid[], ${arrayLiteral(packets.map((p) => p.packetIndex))}::int[],
        ${arrayLiteral(packets.map((p) => p.userId))}::uuid[], ${arrayLiteral(packets.map((p) => p.claimId))}::uuid[],
        ${arrayLiteral(packets.map(claimCompensationId))}::uuid[]
      ) WITH ORDINALITY AS a (rain_id, packet_index, user_id, claim_id, trade_id, place))
    SELECT a.place FROM asked a, LATERAL (
      SELECT 1 FROM rain_claims c WHERE c.rain_id = a.rain_id AND c.user_id = a.user_id AND c.claim_id = a.claim_id
      UNION ALL
      SELECT 1 FROM dead_letters d
      WHERE d.rain_id = a.rain_id AND d.packet_index = a.packet_index AND d.user_id = a.user_id
        AND position(a.claim_id::text IN d.fields) > 0
      UNION ALL
      SELECT 1 FROM trades t
      WHERE t.biz_id = a.trade_id AND t.trade_type = 'adjustment' AND t.counter_account_id = a.user_id
      UNION ALL
      SELECT 1 FROM rain_lost_packets l
      WHERE l.rain_id = a.rain_id AND l.user_id = a.user_id AND l.claim_id = a.claim_id AND l.paid_coins > 0
      LIMIT 1) AS explained`;
  const explained = new Set(rows.map(({ place }) => Number(place) - 1));
  return packets.filter((_, i) => !explained.has(i));
}
