import type { FinanceDb, Sql } from "@/db/client";
import type { ProfileWindow, Tier, WindowCutoffs } from "@/domain/contracts/analytics";
import type { JobHold } from "./analytics-job";

/**
 * Every payer's place among the payers of a window, anew: the true percentile of a full sort, tiers by the values that
 * `percentile_disc` finds, so that equal spenders are never told apart. A change of tier leaves a row. In the
 * transaction that ends the run. `fromDay` null is all time. Shares are parts of the payers from the top, 0 to 1.
 */
export async function rankViewers(
  tx: Sql,
  hold: JobHold,
  input: { window: ProfileWindow; fromDay: string | null; highShare: number; midShare: number },
): Promise<WindowCutoffs> {
  const { window, fromDay, highShare, midShare } = input;
  const [cut] = await tx<{ viewers: string; high: string | null; mid: string | null }[]>`
    SELECT count(*) AS viewers, percentile_disc(${highShare}::float8) WITHIN GROUP (ORDER BY coins DESC) AS high,
      percentile_disc(${midShare}::float8) WITHIN GROUP (ORDER BY coins DESC) AS mid
    FROM ${payers(tx, fromDay)} AS p`;
  const [highCoins, midCoins] = [cut?.high ?? null, cut?.mid ?? null];
  await tx`
    WITH ranked AS MATERIALIZED (
      SELECT viewer_id, gifts, coins, percent_rank() OVER (ORDER BY coins) AS percentile,
        CASE WHEN coins >= ${highCoins}::bigint THEN 'high' WHEN coins >= ${midCoins}::bigint THEN 'mid' ELSE 'low' END AS tier
      FROM ${payers(tx, fromDay)} AS p
    ), before AS MATERIALIZED (
      SELECT viewer_id, tier FROM viewer_profiles WHERE span = ${window}
    ), changes AS (
      INSERT INTO viewer_tier_changes (span, viewer_id, from_tier, to_tier, coins, run_id)
      SELECT ${window}, viewer_id, coalesce(b.tier, 'none'), coalesce(r.tier, 'none'), coalesce(r.coins, 0), ${hold.runId}
      FROM ranked r FULL JOIN before b USING (viewer_id) WHERE r.tier IS DISTINCT FROM b.tier
    ), gone AS (
      DELETE FROM viewer_profiles p WHERE span = ${window}
        AND NOT EXISTS (SELECT 1 FROM ranked r WHERE r.viewer_id = p.viewer_id)
    )
    INSERT INTO viewer_profiles AS p (span, viewer_id, gifts, coins, percentile, tier, run_id, computed_at)
    SELECT ${window}, viewer_id, gifts, coins, percentile, tier, ${hold.runId}, now() FROM ranked
    ON CONFLICT (span, viewer_id) DO UPDATE SET gifts = excluded.gifts, coins = excluded.coins,
      percentile = excluded.percentile, tier = excluded.tier, run_id = excluded.run_id, computed_at = excluded.computed_at
    WHERE (p.gifts, p.coins, p.percentile, p.tier)
      IS DISTINCT FROM (excluded.gifts, excluded.coins, excluded.percentile, excluded.tier)`;
  return {
    viewers: Number(cut?.viewers ?? 0),
    highCoins: highCoins === null ? null : Number(highCoins),
    midCoins: midCoins === null ? null : Number(midCoins),
  };
}

/** Who has given anything that was not refunded. */
const payers = (tx: Sql, fromDay: string | null) => tx`
  (SELECT viewer_id, sum(gifts) AS gifts, sum(coins)::bigint AS coins FROM viewer_day
  WHERE ${fromDay}::date IS NULL OR day >= ${fromDay}::date GROUP BY viewer_id HAVING sum(coins) > 0)`;

export interface ProfileRow {
  viewer_id: string;
  gifts: string;
  coins: string;
  percentile: number;
  tier: Tier;
  computed_at: Date;
  run_id: string;
}

/** Payers of a window, who gave most first, after a place. */
export async function listProfiles(
  db: FinanceDb,
  input: {
    window: ProfileWindow;
    tier: Tier | null;
    after: { coins: number; viewerId: string } | null;
    limit: number;
  },
): Promise<ProfileRow[]> {
  const { window, tier, after, limit } = input;
  return await db.sql<ProfileRow[]>`
    SELECT * FROM viewer_profiles WHERE span = ${window} AND (${tier}::text IS NULL OR tier = ${tier}::text)
      AND (${after === null} OR coins < ${after?.coins ?? 0}::bigint
        OR (coins = ${after?.coins ?? 0}::bigint AND viewer_id > ${after?.viewerId ?? null}::uuid))
    ORDER BY coins DESC, viewer_id LIMIT ${limit}`;
}

/** What each tier of a window comes to. */
export async function sumTiers(
  db: FinanceDb,
  window: ProfileWindow,
): Promise<{ tier: Tier; viewers: number; coins: number; cutoffCoins: number }[]> {
  const rows = await db.sql<{ tier: Tier; viewers: string; coins: string; cutoff: string }[]>`
    SELECT tier, count(*) AS viewers, sum(coins) AS coins, min(coins) AS cutoff FROM viewer_profiles
    WHERE span = ${window} GROUP BY tier ORDER BY min(coins) DESC`;
  return rows.map(({ tier, viewers, coins, cutoff }) => ({
    tier,
    viewers: Number(viewers),
    coins: Number(coins),
    cutoffCoins: Number(cutoff),
  }));
}

/** One viewer in every window, and how their tier changed, newest first. */
export async function readViewerProfile(db: FinanceDb, viewerId: string, changesMax: number) {
  const [profiles, changes] = await Promise.all([
    db.sql<(ProfileRow & { span: ProfileWindow })[]>`
      SELECT * FROM viewer_profiles WHERE viewer_id = ${viewerId}`,
    db.sql<{ span: ProfileWindow; from_tier: string; to_tier: string; coins: string; created_at: Date }[]>`
      SELECT span, from_tier, to_tier, coins, created_at FROM viewer_tier_changes
      WHERE viewer_id = ${viewerId} ORDER BY id DESC LIMIT ${changesMax}`,
  ]);
  return { profiles, changes };
}
