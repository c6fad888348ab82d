import type { Readable } from "node:stream";
import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { boundsOf, CHATS_MAX } from "@/domain/rules/affinity";

/** Which days were watched since one. */
export async function readWatchMarks({ sql }: LiveDb, fromDay: string): Promise<Map<string, string>> {
  const rows = await sql<{ day: string; mark: string }[]>`
    SELECT day::text AS day, mark FROM watch_day_marks WHERE day >= ${fromDay}::date`;
  return new Map(rows.map(({ day, mark }) => [day, mark]));
}

/** When a room's tags were changed last; the epoch where none ever were. */
export async function readTagsChangedAt({ sql }: LiveDb): Promise<Date> {
  const [row] = await sql<{ at: Date | null }[]>`SELECT max(valid_from) AS at FROM room_tag_facts`;
  return row?.at ?? new Date(0);
}

/** When a day was read on a snapshot, and by which mark its watching is known. */
export async function readDayMark(tx: Sql, day: string): Promise<{ readAt: Date; watchMark: string | null }> {
  const [row] = await tx<{ read_at: Date; mark: string | null }[]>`
    SELECT now() AS read_at, (SELECT mark FROM watch_day_marks WHERE day = ${day}::date) AS mark`;
  return { readAt: row?.read_at ?? new Date(0), watchMark: row?.mark ?? null };
}

/** A copy takes no parameters; a day is a date that we wrote ourselves. */
function literal(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new Error("Not a day.");
  return `'${day}'::date`;
}

/**
 * Who watched which anchor on a day, for how long, and how much they wrote there, as PostgreSQL copies rows into the finance
 * database's `staged_watching`. People with accounts only.
 */
export async function copyWatching(tx: Sql, day: string): Promise<Readable> {
  const { from, to } = boundsOf(day);
  return await tx
    .unsafe(`COPY (
    SELECT r.anchor_id, f.viewer_id, sum(f.watched_ms)::bigint, sum(f.chats)::integer FROM (
      SELECT room_id, visitor_id AS viewer_id, watched_ms, 0 AS chats FROM watch_days WHERE day = ${literal(day)}
      UNION ALL SELECT room_id, sender_id, 0, least(count(*), ${CHATS_MAX}) FROM chat_messages
        WHERE created_at >= '${from.toISOString()}' AND created_at < '${to.toISOString()}' AND sender_role <> 'guest'
        GROUP BY 1, 2
    ) AS f JOIN rooms r ON r.id = f.room_id WHERE f.viewer_id <> r.anchor_id GROUP BY 1, 2
  ) TO STDOUT (FORMAT binary)`)
    .readable();
}

/** The tags of every room as they were when a day was over, or first named after it, for `staged_room_tags`. */
export async function copyRoomTags(tx: Sql, day: string): Promise<Readable> {
  const { to } = boundsOf(day);
  return await tx
    .unsafe(`COPY (
    SELECT r.anchor_id, t.tag_id FROM rooms r CROSS JOIN LATERAL (
      SELECT tag_ids FROM room_tag_facts f WHERE f.room_id = r.id
      ORDER BY f.valid_from < '${to.toISOString()}' DESC,
        CASE WHEN f.valid_from < '${to.toISOString()}' THEN f.valid_from END DESC, f.valid_from LIMIT 1
    ) AS f CROSS JOIN LATERAL (SELECT DISTINCT unnest(f.tag_ids) AS tag_id) AS t
  ) TO STDOUT (FORMAT binary)`)
    .readable();
}

/** In which region people say they are now, for `staged_regions`. */
export async function copyRegions(tx: Sql): Promise<Readable> {
  return await tx
    .unsafe(`COPY (
    SELECT user_id, region FROM (
      SELECT DISTINCT ON (user_id) user_id, region FROM person_facts ORDER BY user_id, valid_from DESC
    ) AS latest WHERE region IS NOT NULL
  ) TO STDOUT (FORMAT binary)`)
    .readable();
}

/** Tags that are aliases now, and of which. */
export async function listMergedTags({ sql }: LiveDb): Promise<{ tagId: string; mergedInto: string }[]> {
  return await sql<{ tagId: string; mergedInto: string }[]>`
    SELECT id AS "tagId", merged_into AS "mergedInto" FROM tags WHERE merged_into IS NOT NULL`;
}

/** What tags are called, by their ids; an alias has the name of its tag. */
export async function readTagLabels(
  { sql }: LiveDb,
  tagIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; label: string }[]>`
    SELECT t.id, coalesce(m.label, t.label) AS label FROM tags t LEFT JOIN tags m ON m.id = t.merged_into
    WHERE t.id = ANY(${arrayLiteral(tagIds)}::uuid[])`;
  return new Map(rows.map(({ id, label }) => [id, label]));
}
