import type { LiveDb } from "@/db/client";
import { gifts, personFacts, roomSessions, rooms, roomTagFacts, roomTags, users } from "@/db/live/schema";
import type { Gender } from "@/domain/contracts/person-facts";
import { distinctTags } from "@/domain/rules/tags";
import { topicOf } from "@/domain/rules/topics";
import { resolveTags } from "./tags";

export interface SeedUser {
  id: string;
  name: string;
  email: string;
  phoneIndex: string | null;
  phoneCipher: string | null;
  role: "viewer" | "anchor" | "operator";
  gender: Gender;
  region?: string;
  birthYear?: number;
}

/**
 * Creates people who are not there yet and leaves the others as they are. What is said of them holds from ever: nobody
 * who is new has given or got anything.
 */
export async function insertSeedUsers(db: LiveDb, rows: readonly SeedUser[]): Promise<void> {
  await db.orm.transaction(async (tx) => {
    const inserted = await tx
      .insert(users)
      .values(
        rows.map(({ gender: _, region: __, birthYear: ___, ...row }) => ({
          ...row,
          phoneNumberVerified: true,
          isAnonymous: false,
        })),
      )
      .onConflictDoNothing()
      .returning({ id: users.id });
    const isNew = new Set(inserted.map(({ id }) => id));
    const facts = rows
      .filter(({ id }) => isNew.has(id))
      .map(({ id, gender, region, birthYear }) => ({
        userId: id,
        validFrom: new Date(0),
        gender,
        region: region ?? null,
        birthYear: birthYear ?? null,
      }));
    if (facts.length > 0) await tx.insert(personFacts).values(facts);
  });
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
  for (const row of rows) {
    const { id, anchorId, title, category, sessionId, startedAt } = row;
    const named = await resolveTags(db, distinctTags(row.tags), anchorId);
    const tags = named.map(({ label }) => label);
    await db.orm.transaction(async (tx) => {
      const inserted = await tx
        .insert(rooms)
        .values({
          id,
          anchorId,
          title,
          category: topicOf(category),
          categoryId: topicOf(category),
          tags,
          currentSessionId: sessionId,
          liveSince: sessionId ? startedAt : null,
        })
        .onConflictDoNothing()
        .returning({ id: rooms.id });
      if (inserted.length === 0) return;
      if (sessionId) await tx.insert(roomSessions).values({ id: sessionId, roomId: id, title, startedAt });
      if (named.length > 0)
        await tx.insert(roomTags).values(named.map(({ tagId }, place) => ({ roomId: id, tagId, place })));
      // From ever: nobody has watched it yet.
      await tx
        .insert(roomTagFacts)
        .values({ roomId: id, validFrom: new Date(0), tagIds: named.map(({ tagId }) => tagId) });
    });
  }
}
