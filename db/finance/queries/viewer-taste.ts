import type { FinanceDb, Sql } from "@/db/client";

/** What weighs less than so many others changes nothing that a viewer sees first. */
const TAGS_MAX = 24;
const ANCHORS_MAX = 64;

export interface TasteRow {
  kind: "tag" | "anchor";
  id: string;
  weight: number;
}

/** What one viewer watches and gives to, by tag and by anchor, the most first. Nothing of anybody else. */
export async function readViewerTaste({ sql }: FinanceDb, userId: string): Promise<TasteRow[]> {
  return await sql<TasteRow[]>`${selectViewerTaste(sql, userId)}`;
}

export const selectViewerTaste = (sql: Sql, userId: string) => sql`
  WITH own AS MATERIALIZED (
    SELECT v.* FROM analytics_people p JOIN viewer_affinity v ON v.viewer = p.number WHERE p.user_id = ${userId}
  )
  (SELECT 'tag' AS kind, s.tag_id AS id, sum(u.weight) AS weight
    FROM own, unnest(tags, tag_weights) AS u (tag, weight) JOIN analytics_tags t ON t.number = u.tag
      JOIN analytics_tags s ON s.number = coalesce(t.same_as, t.number)
    GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ${TAGS_MAX})
  UNION ALL (SELECT 'anchor', p.user_id, u.weight FROM (
      SELECT u.* FROM own, unnest(anchors, anchor_weights) AS u (anchor, weight) ORDER BY weight DESC, anchor LIMIT ${ANCHORS_MAX}
    ) AS u JOIN analytics_people p ON p.number = u.anchor ORDER BY u.weight DESC, p.number)`;
