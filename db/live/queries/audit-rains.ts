import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb, Sql } from "@/db/client";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import type { Difference } from "@/domain/contracts/reconciliation";
import { bucketOf } from "@/domain/rules/bucket";
import type { Audited } from "./audit-ledger";

const RAINS_AT_ONCE = 500;

interface AuditedRain {
  rain_id: string;
  anchor_id: string;
  status: string;
  funded_by: "anchor" | "promotion";
  is_prepared: boolean;
  budget_coins: string;
  packet_count: number;
  claimed_count: number;
  claimed_coins: string;
  refunded_coins: string;
  luckiest: string | null;
  trace_id: string;
  /** What the claims come to. */
  claims: number;
  claims_coins: string;
  claims_luckiest: string | null;
  last_index: number | null;
}
interface RainTrade {
  biz_id: string;
  trade_type: "packet_escrow" | "packet_refund";
  account_id: string;
  counter_account_id: string;
  amount_coins: string;
}

/**
 * Every rain against the trades that put its budget into escrow and gave the rest back, both ways, and against its claims;
 * what escrow holds against what rains that are not over owe; grants against the rains that they paid for. One snapshot.
 */
export async function auditRains(db: LiveDb): Promise<Audited> {
  return await readSnapshot(db, async (tx) => {
    const differences: Difference[] = [];
    let compared = 0;
    let owedCoins = 0;
    for await (const { rains, trades } of readRains(tx)) {
      compared += rains.length;
      const known = new Set(rains.map((rain) => rain.rain_id));
      for (const trade of trades) if (!known.has(trade.biz_id)) differences.push(describeOrphan(trade));
      for (const rain of rains) {
        const own = trades.filter((trade) => trade.biz_id === rain.rain_id);
        differences.push(...compareTrades(rain, own), ...compareClaims(rain));
        if (rain.is_prepared && rain.status !== "ended")
          owedCoins += Number(rain.budget_coins) - Number(rain.claims_coins);
      }
    }
    differences.push(...(await compareEscrow(tx, owedCoins)), ...(await compareGrants(tx)));
    return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
  });
}

/** Rains in blocks by id, with the trades whose ids lie between the block before and their last. */
async function* readRains(tx: Sql): AsyncIterable<{ rains: AuditedRain[]; trades: RainTrade[] }> {
  let after: string | null = null;
  for (;;) {
    const rains: AuditedRain[] = await tx<AuditedRain[]>`
      SELECT r.rain_id, r.anchor_id, r.status, r.funded_by, r.prepared_at IS NOT NULL AS is_prepared, r.budget_coins,
        r.packet_count, r.claimed_count, r.claimed_coins, r.refunded_coins, r.trace_id,
        r.luckiest_user_id || '/' || r.luckiest_coins || '/' || r.luckiest_index AS luckiest,
        s.claims, s.coins AS claims_coins, s.last_index,
        l.user_id || '/' || l.coins || '/' || l.packet_index AS claims_luckiest
      FROM rains r
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS claims, coalesce(sum(coins), 0) AS coins, max(packet_index) AS last_index
        FROM rain_claims WHERE rain_id = r.rain_id) s
      LEFT JOIN LATERAL (
        SELECT user_id, coins, packet_index FROM rain_claims WHERE rain_id = r.rain_id
        ORDER BY coins DESC, claimed_at, packet_index LIMIT 1) l ON true
      WHERE ${after === null ? tx`true` : tx`r.rain_id > ${after}`} ORDER BY r.rain_id LIMIT ${RAINS_AT_ONCE}`;
    const last: string | null = rains.length === RAINS_AT_ONCE ? (rains.at(-1)?.rain_id ?? null) : null;
    const trades = await tx<RainTrade[]>`
      SELECT biz_id, trade_type, account_id, counter_account_id, amount_coins FROM trades
      WHERE trade_type IN ('packet_escrow', 'packet_refund')
        ${after === null ? tx`` : tx`AND biz_id > ${after}`} ${last === null ? tx`` : tx`AND biz_id <= ${last}`}`;
    yield { rains, trades };
    if (last === null) return;
    after = last;
  }
}

/** The budget went into escrow once, and what is said to have gone back went back once, to and from whom it should. */
function compareTrades(rain: AuditedRain, trades: readonly RainTrade[]): Difference[] {
  const escrow = systemAccountId("packet_escrow", bucketOf(rain.rain_id));
  const payer =
    rain.funded_by === "anchor" ? rain.anchor_id : systemAccountId("promotion", bucketOf(rain.anchor_id));
  const paid = rain.is_prepared ? Number(rain.budget_coins) : 0;
  const expected = [
    { type: "packet_escrow", from: payer, to: escrow, coins: paid },
    { type: "packet_refund", from: escrow, to: payer, coins: Number(rain.refunded_coins) },
  ];
  return expected.flatMap(({ type, from, to, coins }) => {
    const actual = trades.filter((trade) => trade.trade_type === type);
    const [only] = actual;
    const isRight =
      coins === 0
        ? actual.length === 0
        : actual.length === 1 &&
          only?.account_id === from &&
          only.counter_account_id === to &&
          Number(only.amount_coins) === coins;
    if (isRight) return [];
    const what =
      type === "packet_escrow" ? "the budget was paid otherwise" : "the rest was given back otherwise";
    const sum = actual.reduce((total, trade) => total + Number(trade.amount_coins), 0);
    const facts = {
      trades: actual.length,
      from: only?.account_id ?? null,
      to: only?.counter_account_id ?? null,
    };
    return [describe(rain, what, coins, sum, facts)];
  });
}

function compareClaims(rain: AuditedRain): Difference[] {
  const differences: Difference[] = [];
  const claimsCoins = Number(rain.claims_coins);
  const budgetCoins = rain.is_prepared ? Number(rain.budget_coins) : 0;
  if (
    rain.claimed_count !== rain.claims ||
    Number(rain.claimed_coins) !== claimsCoins ||
    rain.luckiest !== rain.claims_luckiest
  ) {
    const facts = {
      claims: rain.claims,
      claimedCount: rain.claimed_count,
      luckiest: rain.luckiest,
      claimsLuckiest: rain.claims_luckiest,
    };
    differences.push(
      describe(rain, "its figures are not its claims'", claimsCoins, Number(rain.claimed_coins), facts),
    );
  }
  if (rain.last_index !== null && rain.last_index >= rain.packet_count)
    differences.push(describe(rain, "a packet that it never had", rain.packet_count - 1, rain.last_index));
  const spentCoins = claimsCoins + Number(rain.refunded_coins);
  const isOver = rain.status === "ended";
  if (isOver ? spentCoins !== budgetCoins : claimsCoins > budgetCoins || Number(rain.refunded_coins) !== 0)
    differences.push(describe(rain, "claimed and given back is not the budget", budgetCoins, spentCoins));
  return differences;
}

function describe(
  rain: AuditedRain,
  what: string,
  expected: number,
  actual: number,
  facts: Difference["facts"] = {},
): Difference {
  return {
    subject: `rain:${rain.rain_id}`,
    expected: String(expected),
    actual: String(actual),
    facts: { what, status: rain.status, anchorId: rain.anchor_id, traceId: rain.trace_id, ...facts },
  };
}

function describeOrphan(trade: RainTrade): Difference {
  return {
    subject: `rain:${trade.biz_id}`,
    expected: null,
    actual: trade.amount_coins,
    facts: { what: "a trade without its rain", type: trade.trade_type, from: trade.account_id },
  };
}

/** Single escrow accounts go below zero, because packets leave those of their winners' buckets; together they hold what is owed. */
async function compareEscrow(tx: Sql, owedCoins: number): Promise<Difference[]> {
  const [row] = await tx<{ coins: string }[]>`
    SELECT coalesce(sum(balance_coins), 0) AS coins FROM ledger_accounts WHERE kind = 'packet_escrow'`;
  if (Number(row?.coins) === owedCoins) return [];
  const facts = { what: "escrow does not hold what rains that are not over owe" };
  return [
    { subject: "ledger:packet_escrow", expected: String(owedCoins), actual: row?.coins ?? null, facts },
  ];
}

/** A grant is used by budgets in escrow and by what was claimed of rains that are over; each such rain has its grant. */
async function compareGrants(tx: Sql): Promise<Difference[]> {
  const rows = await tx<DifferenceRow[]>`
    (SELECT 'rain-grant:' || g.grant_id AS subject, coalesce(sum(r.coins), 0)::text AS expected,
      g.used_coins::text AS actual, 'a grant is used otherwise than its rains say' AS what,
      g.anchor_id::text AS "anchorId", g.trace_id AS "traceId"
    FROM rain_grants g
    LEFT JOIN (SELECT grant_id, CASE status WHEN 'ended' THEN claimed_coins ELSE budget_coins END AS coins FROM rains) r
      ON r.grant_id = g.grant_id
    GROUP BY g.grant_id HAVING coalesce(sum(r.coins), 0) <> g.used_coins LIMIT ${DIFFERENCES_MAX})
    UNION ALL
    (SELECT 'rain:' || r.rain_id, r.funded_by, r.grant_id::text, 'a rain and its grant do not fit', r.anchor_id::text,
      r.trace_id
    FROM rains r LEFT JOIN rain_grants g ON g.grant_id = r.grant_id AND g.anchor_id = r.anchor_id
    WHERE (r.funded_by = 'promotion' AND r.prepared_at IS NOT NULL) <> (g.grant_id IS NOT NULL)
      OR (g.grant_id IS NULL AND r.grant_id IS NOT NULL) LIMIT ${DIFFERENCES_MAX})`;
  return toDifferences(rows);
}
