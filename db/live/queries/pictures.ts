import type { LiveDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import type { PictureKind } from "@/domain/contracts/picture";

/**
 * Puts a picture in place of the one of its kind that its owner had, and shows it: an avatar with the person, a cover with
 * their room. False, and nothing is kept, when there is no room to show it with. Locks: the owner's row.
 */
export async function replacePicture(
  { sql }: LiveDb,
  input: { ownerId: string; kind: PictureKind; hash: string; bytes: Buffer; url: string; now: Date },
): Promise<boolean> {
  const { ownerId, kind, hash, bytes, url, now } = input;
  return await inTransaction(sql, async (tx) => {
    await tx`SELECT 1 FROM users WHERE id = ${ownerId} FOR NO KEY UPDATE`;
    if (!(await showPicture(tx, { ownerId, kind, url }))) return false;
    await tx`
      INSERT INTO pictures (owner_id, kind, hash, bytes, size_bytes, uploaded_at)
      VALUES (${ownerId}, ${kind}, ${hash}, ${bytes}, ${bytes.length}, ${now})
      ON CONFLICT (owner_id, kind) DO UPDATE SET hash = excluded.hash, bytes = excluded.bytes,
        size_bytes = excluded.size_bytes, uploaded_at = excluded.uploaded_at`;
    return true;
  });
}

/** Takes a picture away; there may be none. Locks: the owner's row. */
export async function removePicture(
  { sql }: LiveDb,
  { ownerId, kind }: { ownerId: string; kind: PictureKind },
): Promise<void> {
  await inTransaction(sql, async (tx) => {
    await tx`SELECT 1 FROM users WHERE id = ${ownerId} FOR NO KEY UPDATE`;
    await showPicture(tx, { ownerId, kind, url: null });
    await tx`DELETE FROM pictures WHERE owner_id = ${ownerId} AND kind = ${kind}`;
  });
}

async function showPicture(
  sql: Sql,
  { ownerId, kind, url }: { ownerId: string; kind: PictureKind; url: string | null },
): Promise<boolean> {
  const { count } =
    kind === "avatar"
      ? await sql`UPDATE users SET image = ${url} WHERE id = ${ownerId}`
      : await sql`UPDATE rooms SET cover_url = ${url} WHERE anchor_id = ${ownerId}`;
  return count > 0;
}

/** What is in the picture with this hash. */
export async function findPictureBytes({ sql }: LiveDb, hash: string): Promise<Buffer | undefined> {
  const [row] = await sql<{ bytes: Buffer }[]>`SELECT bytes FROM pictures WHERE hash = ${hash} LIMIT 1`;
  return row?.bytes;
}
