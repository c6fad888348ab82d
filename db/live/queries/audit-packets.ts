import { and, gt, isNotNull, isNull, or } from "drizzle-orm";
import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import { rains } from "@/db/live/schema";
import { arrayLiteral } from "@/db/pg-array";
import type { Difference } from "@/domain/contracts/reconciliation";
import { packetTradeId } from "@/domain/rules/packet-id";
import type { Audited } from "./audit-ledger";

const PACKETS_AT_ONCE = 1_000;

/** Claims against the trades that credited them, both ways, by what both say of it. One snapshot. */
export async function auditPacketTrades(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ claims: string }[]>`SELECT count(*) AS claims FROM rain_claims`;
    const rows = await tx<DifferenceRow[]>`
      WITH claimed AS (
        SELECT user_id, coins, trace_id, created_at, count(*) AS packets FROM rain_claims
        GROUP BY user_id, coins, trace_id, created_at
      ), credited AS (
        SELECT t.counter_account_id AS user_id, t.amount_coins AS coins, t.trace_id, t.created_at, count(*) AS packets
        FROM trades t JOIN ledger_accounts a ON a.id = t.account_id AND a.kind = 'packet_escrow'
        WHERE t.trade_type = 'packet' GROUP BY 1, 2, 3, 4
      )
      SELECT 'wallet:' || user_id AS subject, (coalesce(c.packets, 0) * coins)::text AS expected,
        (coalesce(t.packets, 0) * coins)::text AS actual, 'claims of packets and their trades differ' AS what,
        trace_id AS "traceId"
      FROM claimed c FULL JOIN credited t USING (user_id, coins, trace_id, created_at)
      WHERE c.packets IS DISTINCT FROM t.packets LIMIT ${DIFFERENCES_MAX}`;
    const strays = await tx<DifferenceRow[]>`
      SELECT 'wallet:' || t.counter_account_id AS subject, NULL AS expected, t.amount_coins::text AS actual,
        'a packet that was not paid out of escrow' AS what, t.trace_id AS "traceId"
      FROM trades t LEFT JOIN ledger_accounts a ON a.id = t.account_id AND a.kind = 'packet_escrow'
      WHERE t.trade_type = 'packet' AND a.id IS NULL LIMIT ${DIFFERENCES_MAX}`;
    return { compared: Number(count?.claims), differences: toDifferences([...rows, ...strays]) };
  });
}

/** Rains with a split that are not over, or that ended after `since`. */
export async function listSplitRains(db: LiveDb, since: Date) {
  return await db.orm
    .select({
      rainId: rains.rainId,
      budgetCoins: rains.budgetCoins,
      packetCount: rains.packetCount,
      entropy: rains.entropy,
      serverSeed: rains.serverSeed,
      commitment: rains.commitment,
      packetsDigest: rains.packetsDigest,
      traceId: rains.traceId,
    })
    .from(rains)
    .where(and(isNotNull(rains.preparedAt), or(isNull(rains.endedAt), gt(rains.endedAt, since))))
    .orderBy(rains.rainId);
}

/**
 * Each packet of a rain: it has a claim exactly when it has a trade under its id, both with the coins of the split, out of
 * the escrow of the winner's bucket. One snapshot a block of packets, each packet looked up by its index: `OFFSET 0` keeps
 * the planner from joining whole tables while it has no statistics, as after the first rain.
 */
export async function auditPackets(
  db: LiveDb,
  rainId: string,
  amounts: readonly number[],
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (let from = 0; from < amounts.length; from += PACKETS_AT_ONCE) {
    const block = amounts.slice(from, from + PACKETS_AT_ONCE);
    const rows = await db.sql<DifferenceRow[]>`
      SELECT 'rain:' || ${rainId} AS subject, p.coins::text AS expected, coalesce(t.amount_coins, c.coins)::text AS actual,
        'a packet was credited otherwise than the split and its claim say' AS what, p.packet_index AS "packetIndex",
        c.coins::text AS "claimCoins", c.user_id::text AS "userId", t.counter_account_id::text AS "creditedTo",
        t.account_id::text AS "from", coalesce(c.trace_id, t.trace_id) AS "traceId"
      FROM unnest(
        ${arrayLiteral(block.map((_, i) => from + i))}::int[], ${arrayLiteral(block)}::bigint[],
        ${arrayLiteral(block.map((_, i) => packetTradeId(rainId, from + i)))}::uuid[]) AS p (packet_index, coins, trade_id)
      LEFT JOIN LATERAL (
        SELECT * FROM rain_claims WHERE rain_id = ${rainId} AND packet_index = p.packet_index OFFSET 0) c ON true
      LEFT JOIN LATERAL (SELECT * FROM trades WHERE biz_id = p.trade_id AND trade_type = 'packet' OFFSET 0) t ON true
      LEFT JOIN LATERAL (
        SELECT e.id FROM ledger_accounts w JOIN ledger_accounts e ON e.bucket = w.bucket
        WHERE w.id = t.counter_account_id AND w.kind = 'wallet' AND e.id = t.account_id AND e.kind = 'packet_escrow'
        OFFSET 0) e ON true
      WHERE (c.rain_id IS NULL) <> (t.id IS NULL)
        OR c.coins <> p.coins OR t.amount_coins <> p.coins OR t.counter_account_id <> c.user_id
        OR t.trace_id <> c.trace_id OR (t.id IS NOT NULL AND e.id IS NULL)
      ORDER BY p.packet_index LIMIT ${DIFFERENCES_MAX}`;
    differences.push(...toDifferences(rows));
    if (differences.length >= DIFFERENCES_MAX) break;
  }
  return differences;
}
