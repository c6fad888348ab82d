import { eq } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { users } from "@/db/live/schema";
import { arrayLiteral } from "@/db/pg-array";
import type { AccountRestrictionKind } from "@/domain/contracts/people";
import { stopsOf } from "@/domain/rules/stops";

export interface Payee {
  userId: string;
  role: string;
  isBanned: boolean;
  /** Something that was decided about them, carried out or not yet, stops payouts. */
  isRestricted: boolean;
}

/** Who may be paid is decided by these facts, read at one moment; people that do not exist are left out. */
export async function listPayees(db: LiveDb, userIds: readonly string[], at: Date): Promise<Payee[]> {
  const now = at.toISOString();
  const rows = await db.sql<
    { id: string; role: string; is_banned: boolean; kinds: AccountRestrictionKind[] }[]
  >`
    SELECT u.id, u.role,
      coalesce(u.banned, false) AND (u.ban_expires IS NULL OR u.ban_expires > ${now}) AS is_banned,
      ARRAY(SELECT r.kind FROM account_restrictions r WHERE r.user_id = u.id AND r.ended_at IS NULL
        AND r.lifted_at IS NULL AND (r.until IS NULL OR r.until > ${now})) AS kinds
    FROM users u WHERE u.id = ANY(${arrayLiteral(userIds)}::uuid[])`;
  return rows.map((row) => ({
    userId: row.id,
    role: row.role,
    isBanned: row.is_banned,
    isRestricted: stopsOf(row.kinds).payouts,
  }));
}

/** A person's sealed phone number; null when there is none. */
export async function findSealedPhone(db: LiveDb, userId: string): Promise<string | null> {
  const [row] = await db.orm
    .select({ phoneCipher: users.phoneCipher })
    .from(users)
    .where(eq(users.id, userId));
  return row?.phoneCipher ?? null;
}
