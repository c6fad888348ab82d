import type { FinanceDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { AffinityFigures } from "@/domain/contracts/analytics";
import { type JobHold, lockHold } from "./analytics-job";

export interface TrialRoom {
  day: string;
  anchor: number;
  tags: number[];
  people: number;
}

/** Rooms that were watched on days since one, with what they were about and how many watched. */
export async function listTrialRooms({ sql }: FinanceDb, fromDay: string): Promise<TrialRoom[]> {
  return await sql<TrialRoom[]>`
    SELECT d.day::text AS day, d.anchor, cardinality(d.viewers) AS people,
      ARRAY(SELECT DISTINCT t.same_as FROM unnest(d.tags) AS u (tag) JOIN analytics_tags t ON t.number = u.tag) AS tags
    FROM affinity_pair_day d WHERE d.day >= ${fromDay}::date`;
}

/** What a viewer did on their last day. */
export interface TrialVisit {
  viewer: number;
  day: string;
  anchor: number;
  /** As they were numbered then, before any of them was merged. */
  tags: number[];
  score: number;
}

/** The last days of some of those who came since a day: of one seed always the same people. In the order of viewers. */
export async function listTrialVisits(
  { sql }: FinanceDb,
  input: { fromDay: string; people: number; seed: number },
): Promise<TrialVisit[]> {
  const { fromDay, people, seed } = input;
  return await sql<TrialVisit[]>`
    WITH recent AS MATERIALIZED (
      SELECT d.day, d.anchor, u.viewer, u.score FROM affinity_pair_day d, unnest(d.viewers, d.scores) AS u (viewer, score)
      WHERE d.day >= ${fromDay}::date
    ), last AS MATERIALIZED (
      SELECT viewer, max(day) AS day FROM recent GROUP BY 1 ORDER BY hashint4extended(viewer, ${seed}), viewer LIMIT ${people}
    )
    SELECT r.viewer, r.day::text AS day, r.anchor, d.tags, r.score FROM recent r JOIN last USING (viewer, day)
      JOIN affinity_pair_day d ON d.day = r.day AND d.anchor = r.anchor ORDER BY r.viewer, r.anchor`;
}

export interface AffinityRow {
  viewer: number;
  tags: number[];
  tag_weights: number[];
  anchors: number[];
  anchor_weights: number[];
}

export async function readAffinityOf({ sql }: FinanceDb, viewers: readonly number[]): Promise<AffinityRow[]> {
  return await sql<AffinityRow[]>`
    SELECT viewer, tags, tag_weights, anchors, anchor_weights FROM viewer_affinity
    WHERE viewer = ANY(${arrayLiteral(viewers)}::int[])`;
}

/** Which number each tag's number stands for. */
export async function readSameTags({ sql }: FinanceDb): Promise<Map<number, number>> {
  const rows = await sql<{ number: number; same_as: number }[]>`
    SELECT number, coalesce(same_as, number) AS same_as FROM analytics_tags`;
  return new Map(rows.map(({ number, same_as }) => [number, same_as]));
}

/** Pairs of tags that come together more often than by chance, by their numbers. */
export async function listNearTags({
  sql,
}: FinanceDb): Promise<{ tag: number; other: number; lift: number }[]> {
  return await sql<{ tag: number; other: number; lift: number }[]>`
    SELECT tag, other, lift FROM tag_affinity WHERE lift > 1 ORDER BY tag, lift DESC, other`;
}

/** The last run that ended, where nobody has said yet how affinity did after it. */
export async function findUntriedRun({ sql }: FinanceDb): Promise<number | undefined> {
  const [run] = await sql<{ id: string; is_tried: boolean }[]>`
    SELECT id, affinity IS NOT NULL AS is_tried FROM analytics_runs WHERE status IN ('done', 'differs')
    ORDER BY id DESC LIMIT 1`;
  return run && !run.is_tried ? Number(run.id) : undefined;
}

/** Writes down with a run how affinity did, under the fence. */
export async function noteAffinity(
  db: FinanceDb,
  hold: JobHold,
  { runId, figures, leaseMs }: { runId: number; figures: AffinityFigures; leaseMs: number },
): Promise<void> {
  await inTransaction(db.sql, async (tx) => {
    await lockHold(tx, hold, leaseMs);
    await tx`UPDATE analytics_runs SET affinity = ${JSON.stringify(figures)}::text::jsonb WHERE id = ${runId}`;
  });
}

export interface TrialRow {
  id: string;
  ended_at: Date | null;
  affinity: AffinityFigures;
}

/** Runs that compared the two orders, the latest first. */
export async function listTrials({ sql }: FinanceDb, limit: number): Promise<TrialRow[]> {
  return await sql<TrialRow[]>`
    SELECT id, ended_at, affinity FROM analytics_runs WHERE affinity IS NOT NULL AND ended_at IS NOT NULL
    ORDER BY id DESC LIMIT ${limit}`;
}
