import { v7 as uuidv7 } from "uuid";
import type { LiveDb, Sql } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { TagItem } from "@/domain/contracts/tag";
import type { TagRow } from "./tags";

/** Tags, not their aliases, one of whose spellings begins like this; in the order of slugs. */
export async function listTags(
  { sql }: LiveDb,
  input: { slugStart: string; afterSlug?: string; limit: number },
): Promise<TagItem[]> {
  const { slugStart, afterSlug, limit } = input;
  const pattern = `${escapeLike(slugStart)}%`;
  return await sql<TagItem[]>`
    SELECT t.id AS "tagId", t.slug, t.label, t.kind,
      ARRAY(SELECT a.slug FROM tags a WHERE a.merged_into = t.id ORDER BY a.slug) AS aliases,
      (SELECT count(*)::int FROM person_tags p WHERE p.tag_id = t.id) AS people,
      (SELECT count(*)::int FROM room_tags r WHERE r.tag_id = t.id) AS rooms
    FROM tags t
    WHERE t.merged_into IS NULL ${afterSlug === undefined ? sql`` : sql`AND t.slug COLLATE "C" > ${afterSlug}`}
      AND (t.slug COLLATE "C" LIKE ${pattern} ${
        slugStart === ""
          ? sql``
          : sql`OR t.id IN (SELECT merged_into FROM tags WHERE slug COLLATE "C" LIKE ${pattern} AND merged_into IS NOT NULL)`
      })
    ORDER BY t.slug COLLATE "C" LIMIT ${limit}`;
}

async function lockTag(tx: Sql, tagId: string) {
  const [row] = await tx<(TagRow & { kind: string | null; mergedInto: string | null })[]>`
    SELECT id AS "tagId", slug, label, kind, merged_into AS "mergedInto" FROM tags WHERE id = ${tagId} FOR NO KEY UPDATE`;
  return row;
}

/** Rooms show their tags' labels. Whoever calls holds the tag. */
const showLabels = (tx: Sql, tagId: string) => tx`
  UPDATE rooms r SET tags = ARRAY(
    SELECT t.label FROM room_tags x JOIN tags t ON t.id = x.tag_id WHERE x.room_id = r.id ORDER BY x.place)
  WHERE r.id IN (SELECT room_id FROM room_tags WHERE tag_id = ${tagId})`;

const lockRooms = (tx: Sql, tagId: string) => tx`
  SELECT 1 FROM rooms WHERE id IN (SELECT room_id FROM room_tags WHERE tag_id = ${tagId}) ORDER BY id FOR NO KEY UPDATE`;

/**
 * Gives a tag another label or kind. Where that makes it found by another slug, the old one stays as an alias. "taken"
 * when another tag has that slug. Locks: the tag, then its rooms.
 */
export async function changeTag(
  { sql }: LiveDb,
  input: { tagId: string; label?: string; slug?: string; kind?: string | null; by: ActionBy },
): Promise<"unknown" | "taken" | TagRow> {
  const { tagId, by } = input;
  return await inTransaction(sql, async (tx) => {
    const before = await lockTag(tx, tagId);
    if (!before || before.mergedInto !== null) return "unknown" as const;
    const { slug, label, kind } = before;
    const after = {
      slug: input.slug ?? slug,
      label: input.label ?? label,
      kind: input.kind === undefined ? kind : input.kind,
    };
    if (after.slug !== slug) {
      // Its own alias may have been what it is called now: then the two change places.
      await tx`UPDATE tags SET slug = ${`~${uuidv7()}`} WHERE slug = ${after.slug} AND merged_into = ${tagId}`;
      const taken = await tx`SELECT 1 FROM tags WHERE slug = ${after.slug}`;
      if (taken.length > 0) return "taken" as const;
    }
    await lockRooms(tx, tagId);
    await tx`UPDATE tags SET slug = ${after.slug}, label = ${after.label}, kind = ${after.kind} WHERE id = ${tagId}`;
    if (after.slug !== slug) {
      const { count } = await tx`
        UPDATE tags SET slug = ${slug}, label = ${label} WHERE merged_into = ${tagId} AND slug LIKE '~%'`;
      if (count === 0)
        await tx`
          INSERT INTO tags (id, slug, label, merged_into) VALUES (${uuidv7()}, ${slug}, ${label}, ${tagId})`;
    }
    if (after.label !== label) await showLabels(tx, tagId);
    await insertOperatorAction(tx, {
      action: "tag.update",
      subject: `tag:${tagId}`,
      before: { slug, label, kind },
      after,
      ...by,
    });
    return { tagId, slug: after.slug, label: after.label };
  });
}

/**
 * Makes one tag an alias of another: who had it has the other, and whoever looks for it finds the other. False when one of
 * them is gone, or an alias already. Locks: both tags by id, then the rooms of the one.
 */
export async function mergeTags(
  { sql }: LiveDb,
  input: { fromId: string; intoId: string; by: ActionBy },
): Promise<boolean> {
  const { fromId, intoId, by } = input;
  return await inTransaction(sql, async (tx) => {
    for (const id of [fromId, intoId].sort()) {
      const row = await lockTag(tx, id);
      if (!row || row.mergedInto !== null) return false;
    }
    await lockRooms(tx, fromId);
    const [moved] = await tx<{ rooms: number; people: number }[]>`
      SELECT (SELECT count(*)::int FROM room_tags WHERE tag_id = ${fromId}) AS rooms,
        (SELECT count(*)::int FROM person_tags WHERE tag_id = ${fromId}) AS people`;
    await tx`UPDATE tags SET merged_into = ${intoId} WHERE id = ${fromId} OR merged_into = ${fromId}`;
    await tx`
      UPDATE room_tags r SET tag_id = ${intoId} WHERE tag_id = ${fromId}
        AND NOT EXISTS (SELECT FROM room_tags o WHERE o.room_id = r.room_id AND o.tag_id = ${intoId})`;
    await tx`DELETE FROM room_tags WHERE tag_id = ${fromId}`;
    await tx`
      UPDATE person_tags p SET tag_id = ${intoId} WHERE tag_id = ${fromId}
        AND NOT EXISTS (SELECT FROM person_tags o WHERE o.user_id = p.user_id AND o.tag_id = ${intoId})`;
    await tx`DELETE FROM person_tags WHERE tag_id = ${fromId}`;
    await showLabels(tx, intoId);
    await insertOperatorAction(tx, {
      action: "tag.merge",
      subject: `tag:${fromId}`,
      after: { into: intoId, ...moved },
      ...by,
    });
    return true;
  });
}
