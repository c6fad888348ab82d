import { eq, inArray } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { users } from "@/db/live/schema";

export interface Payee {
  userId: string;
  role: string;
  isBanned: boolean;
}

/** Who may be paid is decided by these facts; people that do not exist are left out. */
export async function listPayees(db: LiveDb, userIds: readonly string[], at: Date): Promise<Payee[]> {
  const rows = await db.orm
    .select({ userId: users.id, role: users.role, banned: users.banned, banExpires: users.banExpires })
    .from(users)
    .where(inArray(users.id, [...userIds]));
  return rows.map(({ userId, role, banned, banExpires }) => ({
    userId,
    role,
    isBanned: banned === true && (banExpires === null || banExpires > at),
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
