import type { LiveDb } from "@/db/client";
import { gifts, roomSessions, rooms, users } from "@/db/live/schema";

export interface SeedUser {
  id: string;
  name: string;
  email: string;
  phoneIndex: string | null;
  phoneCipher: string | null;
  role: "viewer" | "anchor" | "operator";
  gender: "female" | "male";
}

/** Creates people who are not there yet and leaves the others as they are. */
export async function insertSeedUsers(db: LiveDb, rows: readonly SeedUser[]): Promise<void> {
  await db.orm
    .insert(users)
    .values(rows.map((row) => ({ ...row, phoneNumberVerified: true, isAnonymous: false })))
    .onConflictDoNothing();
}

export async function insertSeedGifts(
  db: LiveDb,
  rows: readonly (typeof gifts.$inferInsert)[],
): Promise<void> {
  await db.orm
    .insert(gifts)
    .values([...rows])
    .onConflictDoNothing();
}

export interface SeedRoom {
  id: string;
  anchorId: string;
  title: string;
  category: string;
  tags: string[];
  /** Opens this session together with the room; null leaves the room closed. */
  sessionId: string | null;
  startedAt: Date;
}

/** Creates rooms that are not there yet. A room that somebody has closed or renamed since stays so. */
export async function insertSeedRooms(db: LiveDb, rows: readonly SeedRoom[]): Promise<void> {
  for (const { id, anchorId, title, category, tags, sessionId, startedAt } of rows) {
    await db.orm.transaction(async (tx) => {
      const inserted = await tx
        .insert(rooms)
        .values({
          id,
          anchorId,
          title,
          category,
          tags,
          currentSessionId: sessionId,
          liveSince: sessionId ? startedAt : null,
        })
        .onConflictDoNothing()
        .returning({ id: rooms.id });
      if (inserted.length > 0 && sessionId) {
        await tx.insert(roomSessions).values({ id: sessionId, roomId: id, title, startedAt });
      }
    });
  }
}
