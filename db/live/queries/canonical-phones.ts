import type { LiveDb } from "@/db/client";

export interface PhoneRow {
  userId: string;
  phoneIndex: string;
  phoneCipher: string;
}

/** Everybody with a phone, in order of ids after one. */
export async function listSealedPhones(
  { sql }: LiveDb,
  input: { afterId: string; limit: number },
): Promise<PhoneRow[]> {
  return await sql<PhoneRow[]>`
    SELECT id AS "userId", phone_index AS "phoneIndex", phone_cipher AS "phoneCipher" FROM users
    WHERE id > ${input.afterId} AND phone_index IS NOT NULL ORDER BY id LIMIT ${input.limit}`;
}

/**
 * Gives a phone that is still what it was read as its other spelling. `taken` names who has that already; `changed` says
 * that the number was changed meanwhile.
 */
export async function respellPhone(
  { sql }: LiveDb,
  row: PhoneRow,
  next: Pick<PhoneRow, "phoneIndex" | "phoneCipher">,
): Promise<{ outcome: "respelled" | "changed" } | { outcome: "taken"; byUserId: string }> {
  const [owner] = await sql<{ id: string }[]>`SELECT id FROM users WHERE phone_index = ${next.phoneIndex}`;
  if (owner && owner.id !== row.userId) return { outcome: "taken", byUserId: owner.id };
  const changed = await sql`
    UPDATE users SET phone_index = ${next.phoneIndex}, phone_cipher = ${next.phoneCipher}
    WHERE id = ${row.userId} AND phone_cipher = ${row.phoneCipher}`;
  return { outcome: changed.count === 1 ? "respelled" : "changed" };
}

/** Whether operators were told of this before, also if they have looked at it since. */
export async function wasAlarmRaised({ sql }: LiveDb, kind: string, subject: string): Promise<boolean> {
  const rows = await sql`SELECT 1 FROM alarms WHERE kind = ${kind} AND subject = ${subject} LIMIT 1`;
  return rows.length > 0;
}
