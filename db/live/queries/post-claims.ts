import type { Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { RainClaimEntry, RainStatus } from "@/domain/contracts/rain";
import { type ClaimDecision, decideClaims, packetScope } from "@/domain/rules/decide-claims";
import { packetTradeId } from "@/domain/rules/packet-id";
import { openWallets, readWallets, type WalletFacts } from "../ledger/accounts";
import { postTransfers } from "../ledger/post-transfers";
import { systemAccountOf } from "../ledger/system-accounts";

/** A rain that claims were posted for, as committed. */
export interface RainAfter {
  status: RainStatus;
  packetCount: number;
  claimedCount: number;
  claimedCoins: number;
}

export interface PostedClaims {
  /** One a claim, in order. `repeated`: this very claim was credited before. */
  outcomes: ClaimDecision[];
  /** Of everybody whose claim is credited, now or before. */
  wallets: Map<string, WalletFacts>;
  /** The rains that exist of those that were named. */
  rains: Map<string, RainAfter>;
}

interface Luckiest {
  userId: string;
  coins: number;
  packetIndex: number;
  claimedAtMs: number;
}
export interface LockedRain extends RainAfter {
  luckiest: Luckiest | null;
  /** The database's time in this transaction. */
  nowMs: number;
}

/**
 * Credits packets that viewers got, in one transaction: each packet once, whoever repeats what. Writes claims, their
 * trades out of escrow, each wallet and escrow account once, and what is known of the rains; a rain whose last packet this
 * is goes over to `ending`. The amounts must have been compared with the split before.
 *
 * Waits at most `lockMs` for each row that somebody else holds, and then fails with PostgreSQL's 55P03.
 *
 * Lock order (every transaction that takes more than one of these follows it): rains by id, then wallets by id, then
 * system accounts by id. A wallet is opened before any is locked, in order of id too.
 */
export async function postClaims(
  sql: Sql,
  claims: readonly RainClaimEntry[],
  lockMs = 0,
): Promise<PostedClaims> {
  if (claims.length === 0) return { outcomes: [], wallets: new Map(), rains: new Map() };
  return await inTransaction(sql, async (tx) => {
    const [, posted] = await Promise.all([
      tx`SELECT set_config('lock_timeout', ${String(lockMs)}, true)`,
      postClaimsWithin(tx, claims),
    ]);
    return posted;
  });
}

/** The same within the caller's transaction. */
export async function postClaimsWithin(tx: Sql, claims: readonly RainClaimEntry[]): Promise<PostedClaims> {
  const { locked, outcomes } = await decideClaimsWithin(tx, claims);
  const credited = claims.filter((_, i) => outcomes[i]?.outcome === "credited");
  if (credited.length > 0) await credit(tx, credited);
  const rains = await countIn(tx, credited, locked);
  const winners = claims.filter((_, i) => outcomes[i]?.outcome !== "refused").map((claim) => claim.userId);
  return { outcomes, rains, wallets: await readWallets(tx, [...new Set(winners)]) };
}

/** What posting these claims comes to; it stays so until the caller's transaction ends, for their rains are locked. */
export async function decideClaimsWithin(
  tx: Sql,
  claims: readonly RainClaimEntry[],
): Promise<{ locked: Map<string, LockedRain>; outcomes: ClaimDecision[] }> {
  const locked = await lockRains(tx, claims);
  return { locked, outcomes: decideClaims(claims, locked, await findOwners(tx, claims)) };
}

async function lockRains(tx: Sql, claims: readonly RainClaimEntry[]): Promise<Map<string, LockedRain>> {
  const rainIds = [...new Set(claims.map((claim) => claim.rainId))];
  const rows = await tx<
    {
      rain_id: string;
      status: RainStatus;
      packet_count: number;
      claimed_count: number;
      claimed_coins: string;
      luckiest_user_id: string | null;
      luckiest_coins: string | null;
      luckiest_index: number | null;
      luckiest_at_ms: string | null;
      now_ms: string;
    }[]
  >`
    SELECT rain_id, status, packet_count, claimed_count, claimed_coins, luckiest_user_id, luckiest_coins, luckiest_index,
      (extract(epoch FROM luckiest_at) * 1000)::bigint AS luckiest_at_ms,
      (extract(epoch FROM now()::timestamptz(3)) * 1000)::bigint AS now_ms
    FROM rains WHERE rain_id = ANY(${arrayLiteral(rainIds)}::uuid[]) ORDER BY rain_id FOR UPDATE`;
  return new Map(
    rows.map((row) => [
      row.rain_id,
      {
        status: row.status,
        packetCount: row.packet_count,
        claimedCount: row.claimed_count,
        claimedCoins: Number(row.claimed_coins),
        luckiest:
          row.luckiest_user_id === null
            ? null
            : {
                userId: row.luckiest_user_id,
                coins: Number(row.luckiest_coins),
                packetIndex: Number(row.luckiest_index),
                claimedAtMs: Number(row.luckiest_at_ms),
              },
        nowMs: Number(row.now_ms),
      },
    ]),
  );
}

/** Which of these packets are credited, and to which claim. */
export async function findOwners(
  tx: Sql,
  claims: readonly RainClaimEntry[],
): Promise<Map<string, Pick<RainClaimEntry, "userId" | "claimId" | "coins">>> {
  const rows = await tx<
    { rain_id: string; packet_index: number; user_id: string; claim_id: string; coins: string }[]
  >`
    SELECT c.rain_id, c.packet_index, c.user_id, c.claim_id, c.coins
    FROM unnest(${arrayLiteral(claims.map((c) => c.rainId))}::uuid[],
      ${arrayLiteral(claims.map((c) => c.packetIndex))}::int[]) AS q (rain_id, packet_index)
    JOIN rain_claims c USING (rain_id, packet_index)`;
  return new Map(
    rows.map((row) => [
      packetScope(row.rain_id, row.packet_index),
      { userId: row.user_id, claimId: row.claim_id, coins: Number(row.coins) },
    ]),
  );
}

/** The rows are locked: what is written is computed from what they held. Returns all of them as they stand after it. */
async function countIn(
  tx: Sql,
  credited: readonly RainClaimEntry[],
  locked: ReadonlyMap<string, LockedRain>,
): Promise<Map<string, RainAfter>> {
  const counted = new Map<string, LockedRain>();
  for (const claim of credited) {
    const rain = counted.get(claim.rainId) ?? locked.get(claim.rainId);
    if (!rain) throw new Error("A claim is credited of a rain that is not locked.");
    const claimedCount = rain.claimedCount + 1;
    const isLast = rain.status === "started" && claimedCount === rain.packetCount;
    // As it is stored: no packet was won later than now.
    const won = { ...claim, claimedAtMs: Math.min(Date.parse(claim.claimedAt), rain.nowMs) };
    counted.set(claim.rainId, {
      status: isLast ? "ending" : rain.status,
      packetCount: rain.packetCount,
      claimedCount,
      claimedCoins: rain.claimedCoins + claim.coins,
      luckiest: isLuckier(won, rain.luckiest) ? won : rain.luckiest,
      nowMs: rain.nowMs,
    });
  }
  if (counted.size > 0) await updateRains(tx, counted);
  const after = new Map<string, RainAfter>();
  for (const [rainId, before] of locked) {
    const { luckiest: _, nowMs: __, ...facts } = counted.get(rainId) ?? before;
    after.set(rainId, facts);
  }
  return after;
}

/** Most coins; of equal ones who won them first, within a millisecond the lower index: the same whoever is credited first. */
function isLuckier(claim: Luckiest, luckiest: Luckiest | null): boolean {
  if (luckiest === null) return true;
  if (claim.coins !== luckiest.coins) return claim.coins > luckiest.coins;
  if (claim.claimedAtMs !== luckiest.claimedAtMs) return claim.claimedAtMs < luckiest.claimedAtMs;
  return claim.packetIndex < luckiest.packetIndex;
}

async function updateRains(tx: Sql, rains: ReadonlyMap<string, LockedRain>): Promise<void> {
  const rows = [...rains].map(([rainId, rain]) => ({ rainId, ...rain }));
  const { count } = await tx`
    UPDATE rains r SET claimed_count = s.claimed_count, claimed_coins = s.claimed_coins,
      luckiest_user_id = s.luckiest_user_id, luckiest_coins = s.luckiest_coins, luckiest_index = s.luckiest_index,
      luckiest_at = to_timestamp(s.luckiest_at_ms / 1000.0), status = s.status,
      end_reason = CASE WHEN s.status = r.status THEN r.end_reason ELSE 'all_grabbed' END,
      ending_at = CASE WHEN s.status = r.status THEN r.ending_at ELSE now() END
    FROM unnest(
      ${arrayLiteral(rows.map((r) => r.rainId))}::uuid[], ${arrayLiteral(rows.map((r) => r.status))}::text[],
      ${arrayLiteral(rows.map((r) => r.claimedCount))}::int[], ${arrayLiteral(rows.map((r) => r.claimedCoins))}::bigint[],
      ${arrayLiteral(rows.map((r) => r.luckiest?.userId ?? null))}::uuid[],
      ${arrayLiteral(rows.map((r) => r.luckiest?.coins ?? null))}::bigint[],
      ${arrayLiteral(rows.map((r) => r.luckiest?.packetIndex ?? null))}::int[],
      ${arrayLiteral(rows.map((r) => r.luckiest?.claimedAtMs ?? null))}::bigint[]
    ) AS s (rain_id, status, claimed_count, claimed_coins, luckiest_user_id, luckiest_coins, luckiest_index, luckiest_at_ms)
    WHERE r.rain_id = s.rain_id`;
  expectCount(count, rows.length, "rains");
}

/** Writes claims, and moves their coins from escrow accounts to wallets. */
async function credit(tx: Sql, credited: readonly RainClaimEntry[]): Promise<void> {
  await openWallets(tx, [...new Set(credited.map((claim) => claim.userId))]);
  await insertClaims(tx, credited);
  await postTransfers(
    tx,
    credited.map(({ rainId, packetIndex, userId, coins, traceId }) => ({
      from: systemAccountOf("packet_escrow", userId),
      to: userId,
      type: "packet",
      bizId: packetTradeId(rainId, packetIndex),
      coins,
      traceId,
    })),
  );
}

/** In one statement, so that the rows travel once. */
async function insertClaims(tx: Sql, claims: readonly RainClaimEntry[]): Promise<void> {
  await tx`
    INSERT INTO rain_claims (rain_id, packet_index, user_id, claim_id, coins, trace_id, claimed_at, created_at)
    SELECT rain_id, packet_index, user_id, claim_id, coins, trace_id, least(claimed_at, now()), now()
    FROM unnest(
      ${arrayLiteral(claims.map((c) => c.rainId))}::uuid[], ${arrayLiteral(claims.map((c) => c.packetIndex))}::int[],
      ${arrayLiteral(claims.map((c) => c.userId))}::uuid[], ${arrayLiteral(claims.map((c) => c.claimId))}::uuid[],
      ${arrayLiteral(claims.map((c) => c.coins))}::bigint[], ${arrayLiteral(claims.map((c) => c.traceId))}::text[],
      ${arrayLiteral(claims.map((c) => c.claimedAt))}::timestamptz[]
    ) AS c (rain_id, packet_index, user_id, claim_id, coins, trace_id, claimed_at)`;
}

/** Anything else than what was decided would leave the books uneven: the transaction is given up. */
function expectCount(actual: number, expected: number, what: string): void {
  if (actual !== expected) throw new Error(`${expected} ${what} should change, and ${actual} are there.`);
}
