import type { Writable } from "node:stream";
import type { FinanceDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { affinityUnitOf, CHATS_MAX, type KnownDay } from "@/domain/rules/affinity";
import { type JobHold, lockHold } from "./analytics-job";

/** What one day may sort and hash in before it goes to the disk. */
const WORK_MEMORY = "128MB";

/** Which days are in `viewer_affinity`, and which gifts were counted of days since one. */
export async function readAffinityDays(
  { sql }: FinanceDb,
  fromDay: string,
): Promise<{ known: Map<string, KnownDay>; giftMarks: Map<string, string> }> {
  const known = await sql<
    { day: string; watch_mark: string | null; gift_mark: string | null; read_at: Date }[]
  >`
    SELECT day::text AS day, watch_mark, gift_mark, read_at FROM affinity_days`;
  const marks = await sql<{ day: string; mark: string }[]>`
    SELECT day::text AS day, mark FROM analytics_days WHERE day >= ${fromDay}::date`;
  return {
    known: new Map(
      known.map(({ day, watch_mark, gift_mark, read_at }) => [
        day,
        { watchMark: watch_mark, giftMark: gift_mark, readAtMs: read_at.getTime() },
      ]),
    ),
    giftMarks: new Map(marks.map(({ day, mark }) => [day, mark])),
  };
}

/** Copies what the live database has of a day, on one snapshot, and says which. */
export type CopyDay = (into: {
  watching: () => Promise<Writable>;
  roomTags: () => Promise<Writable>;
}) => Promise<{ readAt: Date; watchMark: string | null }>;

/**
 * Makes a day's part of the sums what the day was: what of it was in them is taken off, what there is now is added, and the
 * day's marks are moved, in one transaction under the fence. Without `copy` the day is taken off. Done twice it is the same.
 *
 * Lock order: the job, people by id, tags by id, the tables.
 */
export async function countAffinityDay(
  db: FinanceDb,
  hold: JobHold,
  input: { day: string; leaseMs: number; copy: CopyDay | null },
): Promise<void> {
  const { day, leaseMs, copy } = input;
  await inTransaction(db.sql, async (tx) => {
    await openStage(tx);
    const read = copy
      ? await copy({
          watching: () => tx.unsafe("COPY staged_watching FROM STDIN (FORMAT binary)").writable(),
          roomTags: () => tx.unsafe("COPY staged_room_tags FROM STDIN (FORMAT binary)").writable(),
        })
      : null;
    await lockHold(tx, hold, leaseMs);
    if (read) await numberAll(tx, day);
    await stageDay(tx, day, read !== null);
    await addDifferences(tx, day);
    await tx`DELETE FROM affinity_pair_day WHERE day = ${day}::date`;
    if (read) {
      await tx`
        INSERT INTO affinity_pair_day (day, anchor, tags, viewers, scores)
        SELECT ${day}::date, anchor, tags, array_agg(viewer ORDER BY viewer), array_agg(score ORDER BY viewer)
        FROM day_scores GROUP BY anchor, tags`;
      await tx`
        INSERT INTO affinity_days (day, watch_mark, gift_mark, read_at)
        VALUES (${day}::date, ${read.watchMark}, (SELECT mark FROM analytics_days WHERE day = ${day}::date), ${read.readAt})
        ON CONFLICT (day) DO UPDATE SET watch_mark = excluded.watch_mark, gift_mark = excluded.gift_mark,
          read_at = excluded.read_at`;
    } else await tx`DELETE FROM affinity_days WHERE day = ${day}::date`;
    // It may have taken longer than the lease.
    await lockHold(tx, hold, leaseMs);
  });
}

async function openStage(tx: Sql): Promise<void> {
  await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
  await tx`
    CREATE TEMPORARY TABLE staged_watching (anchor_id uuid, viewer_id uuid, watched_ms bigint, chats integer) ON COMMIT DROP`;
  await tx`CREATE TEMPORARY TABLE staged_room_tags (anchor_id uuid, tag_id uuid) ON COMMIT DROP`;
  await tx`
    CREATE TEMPORARY TABLE day_scores (anchor integer, tags integer[], viewer integer, score integer) ON COMMIT DROP`;
}

/** Gives everybody and every tag of the day a number, by their ids in order: whoever else does is waited for. */
async function numberAll(tx: Sql, day: string): Promise<void> {
  await tx`ANALYZE staged_watching, staged_room_tags`;
  await tx`
    INSERT INTO analytics_people (user_id)
    SELECT user_id FROM (SELECT viewer_id AS user_id FROM staged_watching UNION SELECT anchor_id FROM staged_watching
      UNION SELECT anchor_id FROM gift_pair_day WHERE day = ${day}::date) AS s
    WHERE NOT EXISTS (SELECT 1 FROM analytics_people p WHERE p.user_id = s.user_id) ORDER BY user_id
    ON CONFLICT DO NOTHING`;
  await tx`
    INSERT INTO analytics_tags (tag_id)
    SELECT tag_id FROM (SELECT DISTINCT tag_id FROM staged_room_tags) AS s
    WHERE NOT EXISTS (SELECT 1 FROM analytics_tags t WHERE t.tag_id = s.tag_id) ORDER BY tag_id
    ON CONFLICT DO NOTHING`;
}

/** The day's scores as `affinityScoreOf` has them, with the tags of each anchor's room. */
async function stageDay(tx: Sql, day: string, isCounted: boolean): Promise<void> {
  if (!isCounted) return;
  await tx`
    INSERT INTO day_scores (anchor, tags, viewer, score)
    WITH given AS (
      SELECT anchor_id, u.viewer, sum(u.coins)::bigint AS coins FROM gift_pair_day,
        unnest(viewers, pair_coins) AS u (viewer, coins) WHERE day = ${day}::date GROUP BY 1, 2
    ), facts AS (
      SELECT anchor_id, viewer, sum(coins) AS coins, sum(watched_ms) AS watched_ms, sum(chats) AS chats FROM (
        SELECT anchor_id, viewer, coins, 0 AS watched_ms, 0 AS chats FROM given
        UNION ALL SELECT w.anchor_id, p.number, 0, w.watched_ms, w.chats
          FROM staged_watching w JOIN analytics_people p ON p.user_id = w.viewer_id
      ) AS both_of_them GROUP BY 1, 2
    ), tags AS MATERIALIZED (
      SELECT s.anchor_id, array_agg(t.number ORDER BY t.number) AS tags
      FROM staged_room_tags s JOIN analytics_tags t ON t.tag_id = s.tag_id GROUP BY 1
    )
    SELECT a.number, coalesce(t.tags, '{}'), f.viewer, floor(1000 * (3 * (ln(1 + f.coins::float8) / ln(2::float8))
      + f.watched_ms::float8 / 300000 + 0.2 * least(f.chats, ${CHATS_MAX})::float8) + 0.5)::integer
    FROM facts f JOIN analytics_people a ON a.user_id = f.anchor_id LEFT JOIN tags t ON t.anchor_id = f.anchor_id`;
  await tx`DELETE FROM day_scores WHERE score = 0`;
  await tx`ANALYZE day_scores`;
}

/** Adds to the sums what the day is now, less what of it was in them. Doubles are exact here; see `affinityUnitOf`. */
async function addDifferences(tx: Sql, day: string): Promise<void> {
  await tx`
    CREATE TEMPORARY TABLE differences ON COMMIT DROP AS
    WITH entries AS (
      SELECT anchor, tags, viewer, score FROM day_scores
      UNION ALL SELECT d.anchor, d.tags, u.viewer, -u.score FROM affinity_pair_day d,
        unnest(d.viewers, d.scores) AS u (viewer, score) WHERE d.day = ${day}::date
    ), keyed AS (
      SELECT viewer, false AS is_tag, anchor AS key, score FROM entries
      UNION ALL SELECT viewer, true, unnest(tags), score FROM entries
    )
    SELECT viewer, is_tag, key, sum(score)::float8 * ${affinityUnitOf(day)}::float8 AS weight FROM keyed
    GROUP BY 1, 2, 3 HAVING sum(score) <> 0`;
  await tx`ANALYZE differences`;
  await tx`
    CREATE TEMPORARY TABLE summed ON COMMIT DROP AS
    WITH there AS MATERIALIZED (
      SELECT v.* FROM viewer_affinity v JOIN (SELECT DISTINCT viewer FROM differences) AS d USING (viewer)
    ), sums AS (
      SELECT viewer, is_tag, key, sum(weight) AS weight FROM (
        SELECT viewer, is_tag, key, weight FROM differences
        UNION ALL SELECT viewer, true, u.key, u.weight FROM there, unnest(tags, tag_weights) AS u (key, weight)
        UNION ALL SELECT viewer, false, u.key, u.weight FROM there, unnest(anchors, anchor_weights) AS u (key, weight)
      ) AS all_of_them GROUP BY 1, 2, 3
    )
    SELECT viewer,
      coalesce(array_agg(key ORDER BY key) FILTER (WHERE is_tag AND weight <> 0), '{}') AS tags,
      coalesce(array_agg(weight ORDER BY key) FILTER (WHERE is_tag AND weight <> 0), '{}') AS tag_weights,
      coalesce(array_agg(key ORDER BY key) FILTER (WHERE NOT is_tag AND weight <> 0), '{}') AS anchors,
      coalesce(array_agg(weight ORDER BY key) FILTER (WHERE NOT is_tag AND weight <> 0), '{}') AS anchor_weights
    FROM sums GROUP BY viewer`;
  await tx`DELETE FROM viewer_affinity v USING summed s WHERE s.viewer = v.viewer AND s.anchors = '{}'`;
  await tx`
    INSERT INTO viewer_affinity (viewer, tags, tag_weights, anchors, anchor_weights)
    SELECT viewer, tags, tag_weights, anchors, anchor_weights FROM summed WHERE anchors <> '{}'
    ON CONFLICT (viewer) DO UPDATE SET tags = excluded.tags, tag_weights = excluded.tag_weights,
      anchors = excluded.anchors, anchor_weights = excluded.anchor_weights`;
}
