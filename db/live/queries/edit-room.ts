import type { LiveDb } from "@/db/client";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { TagRow } from "./tags";

interface RoomWords {
  title: string;
  category: string;
  tags: string[];
  coverUrl: string | null;
}

/**
 * Changes what a room is called, is about and looks like; what is left out stays. Undefined when there is no such room.
 * Locks: the anchor's row, whose picture the cover is, then the room's.
 */
export async function editRoom(
  { sql }: LiveDb,
  input: {
    roomId: string;
    title?: string;
    categoryId?: string;
    tags?: readonly TagRow[];
    removeCover?: boolean;
    by: ActionBy;
  },
): Promise<RoomWords | undefined> {
  const { roomId, tags, by } = input;
  return await inTransaction(sql, async (tx) => {
    const [owner] = await tx<{ anchorId: string }[]>`
      SELECT u.id AS "anchorId" FROM users u WHERE u.id = (SELECT anchor_id FROM rooms WHERE id = ${roomId})
      FOR NO KEY UPDATE`;
    const [before] = await tx<RoomWords[]>`
      SELECT title, coalesce(category_id, category) AS category, tags, cover_url AS "coverUrl" FROM rooms WHERE id = ${roomId} FOR NO KEY UPDATE`;
    if (!owner || !before) return undefined;
    const after: RoomWords = {
      title: input.title ?? before.title,
      category: input.categoryId ?? before.category,
      tags: tags?.map(({ label }) => label) ?? before.tags,
      coverUrl: input.removeCover ? null : before.coverUrl,
    };
    await tx`
      UPDATE rooms SET title = ${after.title}, category = ${after.category},
        category_id = coalesce(${input.categoryId ?? null}::text, category_id), tags = ${arrayLiteral(after.tags)}::text[],
        cover_url = ${after.coverUrl}, updated_at = now()
      WHERE id = ${roomId}`;
    if (input.removeCover)
      await tx`DELETE FROM pictures WHERE owner_id = ${owner.anchorId} AND kind = 'cover'`;
    if (tags) {
      const tagIds = arrayLiteral(tags.map(({ tagId }) => tagId));
      await tx`DELETE FROM room_tags WHERE room_id = ${roomId}`;
      await tx`
        INSERT INTO room_tags (room_id, tag_id, place)
        SELECT ${roomId}, id, place - 1
        FROM unnest(${tagIds}::uuid[]) WITH ORDINALITY AS w (id, place)`;
      await tx`
        INSERT INTO room_tag_facts (room_id, valid_from, tag_ids) VALUES (${roomId}, clock_timestamp(), ${tagIds}::uuid[])`;
    }
    await insertOperatorAction(tx, { action: "room.edit", subject: `room:${roomId}`, before, after, ...by });
    return after;
  });
}
