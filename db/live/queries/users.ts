import { eq } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { users } from "@/db/live/schema";

export interface PersonRow {
  userId: string;
  nickname: string;
  role: string;
}

export async function findPerson(db: LiveDb, userId: string): Promise<PersonRow | undefined> {
  const [row] = await db.orm
    .select({ userId: users.id, nickname: users.name, role: users.role })
    .from(users)
    .where(eq(users.id, userId));
  return row;
}
