import type { LiveDb, Sql } from "@/db/client";
import { copyRows } from "@/db/copy-rows";
import { openWallets } from "@/db/live/ledger/accounts";
import { postTransfers } from "@/db/live/ledger/post-transfers";
import { systemAccountOf } from "@/db/live/ledger/system-accounts";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { Gender } from "@/domain/contracts/person-facts";
import { topicOf } from "@/domain/rules/topics";
import type { TagRow } from "./tags";

export interface NewSimulatedPerson {
  ordinal: number;
  userId: string;
  kind: "anchor" | "viewer" | "guest";
  name: string;
  gender: Gender;
  region: string;
  birthYear: number;
  community: number | null;
  coins: number;
  /** Names the grant of those coins. */
  bizId: string;
  sessionId: string;
  token: string;
  room: { roomId: string; title: string; category: string; tags: readonly TagRow[] } | null;
}

/**
 * Puts people of a population in place, all of them or none: marked, with what they say of themselves, a session each, and
 * coins that the ledger grants them as it grants those of the demo.
 */
export async function insertSimulatedPeople(
  db: LiveDb,
  people: readonly NewSimulatedPerson[],
  made: { population: number; at: Date; sessionsEndAt: Date; traceId: string },
): Promise<void> {
  const { population, at, sessionsEndAt, traceId } = made;
  const registered = people.filter(({ kind }) => kind !== "guest");
  const rich = registered.filter(({ coins }) => coins > 0);
  const withRooms = people.flatMap((person) => (person.room ? [{ ...person.room, ...person }] : []));
  await inTransaction(db.sql, async (tx) => {
    await copyRows(
      tx,
      "simulated_people (population, ordinal, user_id, kind, community, room_id, token)",
      people.map((p) => [
        population,
        p.ordinal,
        p.userId,
        p.kind,
        p.community,
        p.room?.roomId ?? null,
        p.token,
      ]),
    );
    await copyRows(
      tx,
      "users (id, name, email, email_verified, is_anonymous, role, created_at, updated_at)",
      people.map((p) => {
        const isGuest = p.kind === "guest";
        return [
          p.userId,
          p.name,
          `${p.userId}@users.invalid`,
          false,
          isGuest,
          isGuest ? "guest" : p.kind,
          at,
          at,
        ];
      }),
    );
    await copyRows(
      tx,
      "person_facts (user_id, valid_from, gender, region, birth_year)",
      registered.map((p) => [p.userId, new Date(0), p.gender, p.region, p.birthYear]),
    );
    await copyRows(
      tx,
      "auth_sessions (id, token, user_id, expires_at, created_at, updated_at)",
      people.map((p) => [p.sessionId, p.token, p.userId, sessionsEndAt, at, at]),
    );
    for (const { roomId, userId, title, category, tags } of withRooms) {
      await tx`
        INSERT INTO rooms (id, anchor_id, title, category, category_id, tags)
        VALUES (${roomId}, ${userId}, ${title}, ${topicOf(category)}, ${topicOf(category)},
          ${arrayLiteral(tags.map(({ label }) => label))}::text[])`;
    }
    await copyRows(
      tx,
      "room_tags (room_id, tag_id, place)",
      withRooms.flatMap(({ roomId, tags }) => tags.map(({ tagId }, place) => [roomId, tagId, place])),
    );
    await copyRows(
      tx,
      "room_tag_facts (room_id, valid_from, tag_ids)",
      withRooms.map(({ roomId, tags }) => [
        roomId,
        new Date(0),
        arrayLiteral(tags.map(({ tagId }) => tagId)),
      ]),
    );
    await openWallets(
      tx,
      registered.map(({ userId }) => userId),
    );
    await postTransfers(
      tx,
      rich.map(({ userId, coins, bizId }) => ({
        from: systemAccountOf("promotion", userId),
        to: userId,
        type: "adjustment",
        bizId,
        coins,
        traceId,
        at,
      })),
    );
    await tx`UPDATE simulated_populations SET people = people + ${people.length} WHERE id = ${population}`;
  });
}

export interface SimulatedPerson {
  ordinal: number;
  userId: string;
  kind: "anchor" | "viewer" | "guest";
  community: number | null;
  roomId: string | null;
  token: string;
  balanceCoins: number;
}

/** The people of a population from an ordinal on, who can come: a page of them. */
export async function listSimulatedPeople(
  db: LiveDb,
  { population, from, limit }: { population: number; from: number; limit: number },
): Promise<SimulatedPerson[]> {
  const rows = await db.sql<
    (Omit<SimulatedPerson, "userId" | "roomId" | "balanceCoins"> & {
      user_id: string;
      room_id: string | null;
      balance_coins: string | null;
    })[]
  >`
    SELECT p.ordinal, p.user_id, p.kind, p.community, p.room_id, p.token, a.balance_coins
    FROM simulated_people p LEFT JOIN ledger_accounts a ON a.id = p.user_id
    WHERE p.population = ${population} AND p.ordinal >= ${from} AND p.token IS NOT NULL
    ORDER BY p.ordinal LIMIT ${limit}`;
  return rows.map(({ user_id, room_id, balance_coins, ...row }) => ({
    ...row,
    userId: user_id,
    roomId: room_id,
    balanceCoins: Number(balance_coins ?? 0),
  }));
}

/** Gives sessions that ended, or will soon, a new end: a crowd that was made last week comes again. */
export async function extendSimulatedSessions(db: LiveDb, population: number, until: Date): Promise<void> {
  await db.sql`
    UPDATE auth_sessions s SET expires_at = ${until}, updated_at = now()
    FROM simulated_people p WHERE p.population = ${population} AND p.user_id = s.user_id
      AND s.expires_at < ${until}::timestamptz - interval '6 days'`;
}

/**
 * Removes some people, all of them or none: sessions, words, follows, themselves. Their coins go back to where they came
 * from. What is in books and histories stays, and so do anchors, whom these name; nobody can come as them any more.
 * Returns how many there were.
 */
export async function removeSimulatedPeople(
  db: LiveDb,
  removal: {
    population: number;
    limit: number;
    traceId: string;
    at: Date;
    newBizId: () => string;
  },
): Promise<number> {
  const { population, limit, traceId, at, newBizId } = removal;
  return await inTransaction(db.sql, async (tx) => {
    const people = await tx<{ user_id: string; kind: string }[]>`
      SELECT user_id, kind FROM simulated_people
      WHERE population = ${population} AND token IS NOT NULL ORDER BY ordinal LIMIT ${limit}`;
    const ids = people.map(({ user_id }) => user_id);
    const gone = arrayLiteral(people.filter(({ kind }) => kind !== "anchor").map(({ user_id }) => user_id));
    await tx`DELETE FROM auth_sessions WHERE user_id = ANY(${arrayLiteral(ids)}::uuid[])`;
    await tx`DELETE FROM users WHERE id = ANY(${gone}::uuid[])`;
    // Of sockets that nobody has: only the simulator comes as these people, and it does not run now.
    await tx`DELETE FROM session_ends WHERE user_id = ANY(${arrayLiteral(ids)}::uuid[])`;
    await tx`DELETE FROM chat_messages WHERE sender_id = ANY(${gone}::uuid[])`;
    await tx`DELETE FROM guest_marks WHERE user_id = ANY(${gone}::uuid[])`;
    await takeCoinsBack(tx, ids, { traceId, at, newBizId });
    await tx`
      DELETE FROM simulated_people WHERE population = ${population} AND user_id = ANY(${gone}::uuid[])`;
    await tx`
      UPDATE simulated_people SET token = NULL
      WHERE population = ${population} AND user_id = ANY(${arrayLiteral(ids)}::uuid[])`;
    return people.length;
  });
}

async function takeCoinsBack(
  tx: Sql,
  userIds: readonly string[],
  { traceId, at, newBizId }: { traceId: string; at: Date; newBizId: () => string },
): Promise<void> {
  const wallets = await tx<{ id: string; balance_coins: string }[]>`
    SELECT id, balance_coins FROM ledger_accounts
    WHERE id = ANY(${arrayLiteral(userIds)}::uuid[]) AND kind = 'wallet' AND balance_coins > 0
    ORDER BY id FOR UPDATE`;
  await postTransfers(
    tx,
    wallets.map(({ id, balance_coins }) => ({
      from: id,
      to: systemAccountOf("promotion", id),
      type: "adjustment",
      bizId: newBizId(),
      coins: Number(balance_coins),
      traceId,
      at,
    })),
  );
}
