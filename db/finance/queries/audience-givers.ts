import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { Tier } from "@/domain/contracts/analytics";
import type { PeopleGroup } from "@/domain/rules/audience";

/** So many come out of the database at once. */
const GIVERS_AT_ONCE = 5_000;

export interface AudienceDays {
  anchorId: string;
  /** Days of the platform's calendar. */
  days: readonly string[];
  /** Days before them: who gave then is no new face. */
  earlierDays: readonly string[];
}

export interface Giver {
  userId: string;
  coins: number;
  isNew: boolean;
  /** Among all payers of the platform; null before the first run. */
  tier: Tier | null;
}

interface GiverRow extends Omit<Giver, "coins"> {
  coins: string;
}

/** Everybody who gave an anchor something on those days that was not refunded, piece by piece. */
export async function* readGivers({ sql }: FinanceDb, input: AudienceDays): AsyncGenerator<Giver[]> {
  for await (const rows of sql<GiverRow[]>`${selectGivers(sql, input)}`.cursor(GIVERS_AT_ONCE)) {
    yield rows.map((row) => ({ ...row, coins: Number(row.coins) }));
  }
}

/** Days by their names and not as a range: the key of the table begins with them, and other anchors stand between. */
export function selectGivers(sql: Sql, { anchorId, days, earlierDays }: AudienceDays) {
  return sql`
    SELECT p.user_id AS "userId", g.coins, e.viewer IS NULL AS "isNew", t.tier
    FROM (
      SELECT u.viewer, sum(u.coins)::bigint AS coins
      FROM gift_pair_day d, unnest(d.viewers, d.pair_gifts, d.pair_coins) AS u (viewer, gifts, coins)
      WHERE d.anchor_id = ${anchorId} AND d.day = ANY(${arrayLiteral(days)}::date[])
      GROUP BY u.viewer HAVING sum(u.gifts) > 0
    ) AS g
    LEFT JOIN (
      SELECT DISTINCT u.viewer FROM gift_pair_day d, unnest(d.viewers) AS u (viewer)
      WHERE d.anchor_id = ${anchorId} AND d.day = ANY(${arrayLiteral(earlierDays)}::date[])
    ) AS e USING (viewer)
    JOIN analytics_people p ON p.number = g.viewer
    LEFT JOIN viewer_profiles t ON t.span = 'all' AND t.viewer_id = p.user_id`;
}

/** When they gave: by hour of the day, and by day of the week, Monday is 1. Somebody may be in several. */
export async function sumGiverTimes(
  { sql }: FinanceDb,
  input: AudienceDays,
): Promise<Record<"hour" | "weekday", PeopleGroup[]>> {
  const rows = await sql<{ hour: number | null; weekday: number | null; people: number; amount: string }[]>`
    ${selectGiverTimes(sql, input)}`;
  const by = (name: "hour" | "weekday") =>
    rows.flatMap((row) => {
      const value = row[name];
      return value === null
        ? []
        : [{ key: String(value).padStart(2, "0"), people: row.people, amount: Number(row.amount) }];
    });
  return { hour: by("hour"), weekday: by("weekday") };
}

export function selectGiverTimes(sql: Sql, { anchorId, days }: AudienceDays) {
  return sql`
    SELECT hour::int, weekday::int, count(DISTINCT viewer)::int AS people, sum(coins) AS amount
    FROM (
      SELECT extract(isodow FROM d.day) AS weekday, u.hour, u.viewer, u.coins
      FROM gift_pair_day d, unnest(d.viewers, d.hours, d.pair_gifts, d.pair_coins) AS u (viewer, hour, gifts, coins)
      WHERE d.anchor_id = ${anchorId} AND d.day = ANY(${arrayLiteral(days)}::date[]) AND u.gifts > 0
    ) AS given GROUP BY GROUPING SETS ((hour), (weekday))`;
}

/** Everything that was paid before is counted; null before anything was. */
export async function readCountedTo({ sql }: FinanceDb): Promise<Date | null> {
  const [job] = await sql<{ counted_to: Date | null }[]>`SELECT counted_to FROM analytics_job`;
  return job?.counted_to ?? null;
}
