import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import { type JobHold, lockHold } from "./analytics-job";

const WORK_MEMORY = "128MB";
/** Two tags are compared from so many people in common on; among fewer, chance says anything. */
export const PEOPLE_IN_COMMON_MIN = 20;
/** A viewer counts for a tag that is at least a third of their first one, and for so many tags at most. */
const OWN_SHARE_MIN = 1 / 3;
const OWN_TAGS_MAX = 8;
const NEIGHBOURS_MAX = 30;

/**
 * Writes anew which tags the same people watch, under the fence: lift n·nab / (na·nb), shrunk by nab / (nab + 20). Tags that
 * were merged count as one.
 */
export async function relateTags(
  db: FinanceDb,
  hold: JobHold,
  input: { merged: readonly { tagId: string; mergedInto: string }[]; leaseMs: number },
): Promise<void> {
  await inTransaction(db.sql, async (tx) => {
    await lockHold(tx, hold, input.leaseMs);
    await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
    await nameSameTags(tx, input.merged);
    await tx`DELETE FROM tag_affinity`;
    await tx`
      CREATE TEMPORARY TABLE own_tags ON COMMIT DROP AS
      SELECT viewer, tag FROM (
        SELECT viewer, tag, weight, row_number() OVER (PARTITION BY viewer ORDER BY weight DESC, tag) AS place,
          max(weight) OVER (PARTITION BY viewer) AS most
        FROM (
          SELECT v.viewer, t.same_as AS tag, sum(u.weight) AS weight
          FROM viewer_affinity v, unnest(v.tags, v.tag_weights) AS u (tag, weight) JOIN analytics_tags t ON t.number = u.tag
          GROUP BY 1, 2
        ) AS own
      ) AS ranked WHERE place <= ${OWN_TAGS_MAX} AND weight >= ${OWN_SHARE_MIN}::float8 * most`;
    await tx`ANALYZE own_tags`;
    await tx`INSERT INTO tag_affinity (tag, people) SELECT tag, count(*) FROM own_tags GROUP BY 1`;
    await tx`
      INSERT INTO tag_affinity (tag, other, people, lift)
      WITH pairs AS (
        SELECT a.tag, b.tag AS other, count(*) AS people FROM own_tags a JOIN own_tags b USING (viewer)
        WHERE a.tag <> b.tag GROUP BY 1, 2 HAVING count(*) >= ${PEOPLE_IN_COMMON_MIN}
      ), lifted AS (
        SELECT p.tag, p.other, p.people, (SELECT count(DISTINCT viewer) FROM own_tags)::float8 * p.people
          / (a.people::float8 * b.people) * p.people / (p.people + ${PEOPLE_IN_COMMON_MIN}) AS lift
        FROM pairs p JOIN tag_affinity a ON a.tag = p.tag AND a.other IS NULL
          JOIN tag_affinity b ON b.tag = p.other AND b.other IS NULL
      )
      SELECT tag, other, people, lift FROM (
        SELECT *, row_number() OVER (PARTITION BY tag ORDER BY lift DESC, other) AS place FROM lifted
      ) AS ranked WHERE place <= ${NEIGHBOURS_MAX}`;
    await lockHold(tx, hold, input.leaseMs);
  });
}

async function nameSameTags(
  tx: Sql,
  merged: readonly { tagId: string; mergedInto: string }[],
): Promise<void> {
  const [from, into] = [merged.map(({ tagId }) => tagId), merged.map(({ mergedInto }) => mergedInto)];
  await tx`
    INSERT INTO analytics_tags (tag_id)
    SELECT DISTINCT m.into_id FROM unnest(${arrayLiteral(from)}::uuid[], ${arrayLiteral(into)}::uuid[]) AS m (from_id, into_id)
      JOIN analytics_tags t ON t.tag_id = m.from_id
    WHERE NOT EXISTS (SELECT 1 FROM analytics_tags k WHERE k.tag_id = m.into_id) ORDER BY 1
    ON CONFLICT DO NOTHING`;
  await tx`
    UPDATE analytics_tags t SET same_as = s.number FROM (
      SELECT one.number AS of, coalesce(other.number, one.number) AS number FROM analytics_tags one
        LEFT JOIN unnest(${arrayLiteral(from)}::uuid[], ${arrayLiteral(into)}::uuid[]) AS m (from_id, into_id) ON m.from_id = one.tag_id
        LEFT JOIN analytics_tags other ON other.tag_id = m.into_id
    ) AS s WHERE s.of = t.number AND t.same_as IS DISTINCT FROM s.number`;
}

export interface TagPeople {
  tagId: string;
  people: number;
}
export interface TagPair {
  tagId: string;
  otherTagId: string;
  people: number;
  lift: number;
}

/** The tags that most people watch, or these. */
export async function listTagPeople(
  { sql }: FinanceDb,
  input: { tagIds: readonly string[] | null; limit: number },
): Promise<TagPeople[]> {
  const { tagIds, limit } = input;
  return await sql<TagPeople[]>`
    SELECT t.tag_id AS "tagId", a.people FROM tag_affinity a JOIN analytics_tags t ON t.number = a.tag
    WHERE a.other IS NULL ${tagIds ? sql`AND t.tag_id = ANY(${arrayLiteral(tagIds)}::uuid[])` : sql``}
    ORDER BY a.people DESC, a.tag LIMIT ${limit}`;
}

/** What the people of these tags watch besides; the nearest first. All tags where none are named. */
export async function listTagPairs(
  { sql }: FinanceDb,
  input: { tagIds: readonly string[] | null; liftMin: number; limit: number },
): Promise<TagPair[]> {
  const { tagIds, liftMin, limit } = input;
  return await sql<TagPair[]>`
    SELECT t.tag_id AS "tagId", o.tag_id AS "otherTagId", a.people, a.lift FROM tag_affinity a
      JOIN analytics_tags t ON t.number = a.tag JOIN analytics_tags o ON o.number = a.other
    WHERE a.lift > ${liftMin} ${tagIds ? sql`AND t.tag_id = ANY(${arrayLiteral(tagIds)}::uuid[])` : sql``}
    ORDER BY a.lift DESC, t.tag_id, o.tag_id LIMIT ${limit}`;
}
