import type { FinanceDb, Sql } from "@/db/client";
import type { ProfileWindow, Tier, WindowCutoffs } from "@/domain/contracts/analytics";
import type { JobHold } from "./analytics-job";

/**
 * Every payer's place among the payers of a window, anew: the true percentile of a full sort, tiers by the values that
 * `percentile_disc` finds, so that equal spenders are never told apart. A change of tier leaves a row. In the
 * transaction that ends the run, after `sumPayers`. Shares are parts of the payers from the top, 0 to 1.
 */
export async function rankViewers(
  tx: Sql,
  hold: JobHold,
  input: { window: ProfileWindow; highShare: number; midShare: number },
): Promise<WindowCutoffs> {
  const { window, highShare, midShare } = input;
  const [cut] = await tx<{ viewers: string; high: string | null; mid: string | null }[]>`
    SELECT count(*) AS viewers, percentile_disc(${highShare}::float8) WITHIN GROUP (ORDER BY coins DESC) AS high,
      percentile_disc(${midShare}::float8) WITHIN GROUP (ORDER BY coins DESC) AS mid
    FROM ${payersOf(tx, window)} AS p`;
  const [highCoins, midCoins] = [cut?.high ?? null, cut?.mid ?? null];
  await tx`
    WITH ranked AS MATERIALIZED (
      SELECT viewer_id, gifts, coins, percent_rank() OVER (ORDER BY coins) AS percentile,
        ${tierOf(tx, highCoins, midCoins)} AS tier
      FROM ${payersOf(tx, window)} AS p
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
  const tiers = await tx<{ tier: Tier; viewers: string; coins: string; cutoff: string }[]>`
    SELECT ${tierOf(tx, highCoins, midCoins)} AS tier, count(*) AS viewers, sum(coins) AS coins, min(coins) AS cutoff
    FROM ${payersOf(tx, window)} AS p GROUP BY 1 ORDER BY min(coins) DESC`;
  return {
    viewers: Number(cut?.viewers ?? 0),
    highCoins: highCoins === null ? null : Number(highCoins),
    midCoins: midCoins === null ? null : Number(midCoins),
    tiers: tiers.map(({ tier, viewers, coins, cutoff }) => ({
      tier,
      viewers: Number(viewers),
      coins: Number(coins),
      cutoffCoins: Number(cutoff),
    })),
  };
}

const tierOf = (tx: Sql, highCoins: string | null, midCoins: string | null) => tx`
  CASE WHEN coins >= ${highCoins}::bigint THEN 'high' WHEN coins >= ${midCoins}::bigint THEN 'mid' ELSE 'low' END`;

/**
 * What everybody gave that was not refunded, of all time and since a day, in a table of the transaction that ends the run:
 * `rankViewers` reads it.
 */
export async function sumPayers(tx: Sql, fromDay: string): Promise<void> {
  await tx`SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true)`;
  await tx`
    CREATE TEMPORARY TABLE payers ON COMMIT DROP AS
    SELECT p.user_id AS viewer_id, sums.* FROM (
      SELECT u.viewer, sum(u.gifts) AS gifts, sum(u.coins)::bigint AS coins, sum(u.gifts) FILTER (WHERE is_recent) AS recent_gifts,
        (sum(u.coins) FILTER (WHERE is_recent))::bigint AS recent_coins
      FROM (SELECT viewers, pair_gifts, pair_coins, day >= ${fromDay}::date AS is_recent FROM gift_pair_day) AS d,
        unnest(viewers, pair_gifts, pair_coins) AS u (viewer, gifts, coins) GROUP BY 1
    ) AS sums JOIN analytics_people p ON p.number = sums.viewer ORDER BY 1`;
  await tx`ANALYZE payers`;
}

/** Who gave in a window. */
const payersOf = (tx: Sql, window: ProfileWindow) =>
  window === "all"
    ? tx`(SELECT viewer_id, gifts, coins FROM payers)`
    : tx`(SELECT viewer_id, recent_gifts AS gifts, recent_coins AS coins FROM payers WHERE recent_coins > 0)`;

export interface ProfileRow {
  viewer_id: string;
  gifts: string;
  coins: string;
  percentile: number;
  tier: Tier;
  computed_at: Date;
  run_id: string;
}

/** Payers of a window, who gave most first, after a place. A tier is found by the coins that the one above it begins with. */
export async function listProfiles({ sql }: FinanceDb, input: ProfilesPage): Promise<ProfileRow[]> {
  return await sql<ProfileRow[]>`${selectProfiles(sql, input)}`;
}

export interface ProfilesPage {
  window: ProfileWindow;
  tier: Tier | null;
  cutoffs: WindowCutoffs | null;
  after: { coins: number; viewerId: string } | null;
  limit: number;
}

export function selectProfiles(sql: Sql, input: ProfilesPage) {
  const { window, tier, cutoffs, after, limit } = input;
  const above = tier === "mid" ? cutoffs?.highCoins : tier === "low" ? cutoffs?.midCoins : null;
  const most = Math.min(after?.coins ?? Number.MAX_SAFE_INTEGER, (above ?? Number.MAX_SAFE_INTEGER + 1) - 1);
  return sql`
    SELECT * FROM viewer_profiles WHERE span = ${window} AND coins <= ${most}::bigint
      ${tier === null ? sql`` : sql`AND tier = ${tier}`}
      ${after === null ? sql`` : sql`AND (coins < ${after.coins}::bigint OR viewer_id > ${after.viewerId}::uuid)`}
    ORDER BY coins DESC NULLS LAST, viewer_id LIMIT ${limit}`;
}

/** Where the tiers of a window begin and what they come to, as the last run that ended found it. */
export async function readCutoffs(db: FinanceDb, window: ProfileWindow): Promise<WindowCutoffs | null> {
  const [run] = await db.sql<{ cutoffs: Record<ProfileWindow, WindowCutoffs> | null }[]>`
    SELECT cutoffs FROM analytics_runs WHERE status IN ('done', 'differs') ORDER BY id DESC LIMIT 1`;
  return run?.cutoffs?.[window] ?? null;
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
