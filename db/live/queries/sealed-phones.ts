import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { SealedRow } from "@/db/sealed-columns";
import type { PhoneSeal } from "@/platform/security/phone-seal";

const ROWS_AT_ONCE = 500;

/**
 * Seals phone numbers that stand in the plain, as they did before there were keys, and forgets one-time codes that were
 * waiting for such a number; whoever waits asks for another. Once none is left the database refuses any more. Running
 * it again finds nothing to do. Returns how many people were changed.
 */
export async function sealPlainPhones({ sql }: LiveDb, phones: PhoneSeal): Promise<number> {
  await sql`DELETE FROM auth_verifications WHERE identifier LIKE '+%'`;
  let sealed = 0;
  for (;;) {
    const rows = await sql<{ id: string; phone: string }[]>`
      SELECT id, phone_index AS phone FROM users WHERE phone_cipher IS NULL AND phone_index IS NOT NULL
      ORDER BY id LIMIT ${ROWS_AT_ONCE}`;
    if (rows.length === 0) break;
    // Whoever changed a number meanwhile has sealed it.
    const changed = await sql`
      UPDATE users u SET phone_index = n.phone_index, phone_cipher = n.phone_cipher
      FROM unnest(${arrayLiteral(rows.map((row) => row.id))}::uuid[],
        ${arrayLiteral(rows.map((row) => row.phone))}::text[],
        ${arrayLiteral(rows.map((row) => phones.index(row.phone)))}::text[],
        ${arrayLiteral(rows.map((row) => phones.seal(row.id, row.phone)))}::text[])
        AS n (id, phone, phone_index, phone_cipher)
      WHERE u.id = n.id AND u.phone_index = n.phone`;
    sealed += changed.count;
  }
  await sql`ALTER TABLE users VALIDATE CONSTRAINT users_phone_sealed`;
  return sealed;
}

/** A few sealed phones with their indexes: enough to tell whether the keys of the settings are those of this database. */
export async function listSealedPhones(
  { sql }: LiveDb,
  limit: number,
): Promise<(SealedRow & { index: string })[]> {
  return await sql<(SealedRow & { index: string })[]>`
    SELECT id, phone_cipher AS sealed, phone_index AS index FROM users WHERE phone_cipher IS NOT NULL LIMIT ${limit}`;
}
