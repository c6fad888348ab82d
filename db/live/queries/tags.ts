import { v7 as uuidv7 } from "uuid";
import type { LiveDb, Sql } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";

export interface TagRow {
  tagId: string;
  slug: string;
  label: string;
}

/** What a tag, or the one that it was merged into, is now. */
const canonical = (sql: Sql) => sql`
  SELECT t.slug AS asked, coalesce(m.id, t.id) AS "tagId", coalesce(m.slug, t.slug) AS slug,
    coalesce(m.label, t.label) AS label
  FROM tags t LEFT JOIN tags m ON m.id = t.merged_into`;

/**
 * The tags that these spellings lead to, in their order and each once; those that nobody wrote before are made. Made ones
 * that come to nothing harm nobody.
 */
export async function resolveTags(
  { sql }: { sql: Sql },
  wanted: readonly { slug: string; label: string }[],
  createdBy: string,
): Promise<TagRow[]> {
  if (wanted.length === 0) return [];
  const slugs = arrayLiteral(wanted.map(({ slug }) => slug));
  await sql`
    INSERT INTO tags (id, slug, label, created_by)
    SELECT id, slug, label, ${createdBy} FROM unnest(${arrayLiteral(wanted.map(() => uuidv7()))}::uuid[],
      ${slugs}::text[], ${arrayLiteral(wanted.map(({ label }) => label))}::text[]) AS w (id, slug, label)
    ON CONFLICT (slug) DO NOTHING`;
  const rows = await sql<
    (TagRow & { asked: string })[]
  >`${canonical(sql)} WHERE t.slug = ANY(${slugs}::text[])`;
  const byAsked = new Map(rows.map(({ asked, ...tag }) => [asked, tag]));
  const found = wanted.flatMap(({ slug }) => byAsked.get(slug) ?? []);
  return [...new Map(found.map((tag) => [tag.tagId, tag])).values()];
}

/** The tag that a spelling leads to. */
export async function findTag({ sql }: LiveDb, slug: string): Promise<TagRow | undefined> {
  const [row] = await sql<TagRow[]>`${canonical(sql)} WHERE t.slug = ${slug}`;
  return row && { tagId: row.tagId, slug: row.slug, label: row.label };
}

/** Tags one of whose spellings begins like this. */
export async function searchTags({ sql }: LiveDb, slugStart: string, limit: number): Promise<TagRow[]> {
  const pattern = `${escapeLike(slugStart)}%`;
  return await sql<TagRow[]>`
    SELECT DISTINCT "tagId", slug, label FROM (
      ${canonical(sql)} WHERE t.slug COLLATE "C" LIKE ${pattern} ORDER BY t.slug COLLATE "C" LIMIT ${limit * 2}
    ) found ORDER BY slug LIMIT ${limit}`;
}

/** What somebody likes, as they said it. */
export async function listPersonTags({ sql }: { sql: Sql }, userId: string): Promise<TagRow[]> {
  return await sql<TagRow[]>`
    SELECT t.id AS "tagId", t.slug, t.label FROM (
      SELECT coalesce(t.merged_into, t.id) AS id, min(p.place) AS place
      FROM person_tags p JOIN tags t ON t.id = p.tag_id WHERE p.user_id = ${userId} GROUP BY 1
    ) own JOIN tags t USING (id) ORDER BY own.place`;
}

/** From now on somebody likes these, in this order. Locks: the person's row. */
export async function replacePersonTags(
  { sql }: LiveDb,
  userId: string,
  tagIds: readonly string[],
): Promise<void> {
  await inTransaction(sql, async (tx) => {
    await tx`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
    const ids = arrayLiteral(tagIds);
    await tx`DELETE FROM person_tags WHERE user_id = ${userId} AND NOT tag_id = ANY(${ids}::uuid[])`;
    await tx`
      INSERT INTO person_tags (user_id, tag_id, place)
      SELECT ${userId}, id, place FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS w (id, place)
      ON CONFLICT (user_id, tag_id) DO UPDATE SET place = excluded.place`;
  });
}

/** The tags of every live room as they are called now, in their order. */
export async function listLiveRoomTags({
  sql,
}: LiveDb): Promise<{ roomId: string; tagId: string; label: string }[]> {
  return await sql<{ roomId: string; tagId: string; label: string }[]>`
    SELECT r.id AS "roomId", coalesce(m.id, t.id) AS "tagId", coalesce(m.label, t.label) AS label
    FROM rooms r JOIN room_tags x ON x.room_id = r.id JOIN tags t ON t.id = x.tag_id LEFT JOIN tags m ON m.id = t.merged_into
    WHERE r.current_session_id IS NOT NULL ORDER BY r.id, x.place`;
}
