import type { LiveDb } from "@/db/client";

export interface GiftTotals {
  gifts: number;
  coins: number;
}

/** Gifts that an anchor's room received in one session and that were not refunded. */
export async function sumSessionGifts(
  db: LiveDb,
  input: { anchorId: string; sessionId: string; since: Date },
): Promise<GiftTotals> {
  const { anchorId, sessionId, since } = input;
  const [row] = await db.sql<{ gifts: string; coins: string }[]>`
    SELECT count(*) AS gifts, coalesce(sum(total_coins), 0) AS coins
    FROM gift_records
    WHERE anchor_id = ${anchorId} AND created_at >= ${since.toISOString()} AND session_id = ${sessionId}
      AND NOT EXISTS (SELECT 1 FROM gift_refunds f
        WHERE f.gift_order_id = gift_records.gift_order_id AND f.sender_id = gift_records.sender_id)`;
  return { gifts: Number(row?.gifts ?? 0), coins: Number(row?.coins ?? 0) };
}

/** The same by minute, oldest first; minutes without gifts are left out. */
export async function sumSessionGiftsByMinute(
  db: LiveDb,
  input: { anchorId: string; sessionId: string; since: Date },
): Promise<(GiftTotals & { minute: Date })[]> {
  const { anchorId, sessionId, since } = input;
  const rows = await db.sql<{ minute_ms: string; gifts: string; coins: string }[]>`
    SELECT extract(epoch FROM date_trunc('minute', created_at)) * 1000 AS minute_ms, count(*) AS gifts, sum(total_coins) AS coins
    FROM gift_records
    WHERE anchor_id = ${anchorId} AND created_at >= ${since.toISOString()} AND session_id = ${sessionId}
      AND NOT EXISTS (SELECT 1 FROM gift_refunds f
        WHERE f.gift_order_id = gift_records.gift_order_id AND f.sender_id = gift_records.sender_id)
    GROUP BY 1 ORDER BY 1`;
  return rows.map((row) => ({
    minute: new Date(Number(row.minute_ms)),
    gifts: Number(row.gifts),
    coins: Number(row.coins),
  }));
}
