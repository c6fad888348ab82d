import { and, asc, desc, eq, inArray, ne, sql } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";
import { pkBattles, pkSides, users } from "@/db/live/schema";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction, isTaken } from "@/db/transaction";
import type { PkCandidate } from "@/domain/contracts/pk";
import { PK_MS, type PkCounts, type PkState } from "@/domain/rules/pk-states";

export type PkBattleRow = typeof pkBattles.$inferSelect;
export type PkSideRow = typeof pkSides.$inferSelect & { nickname: string };
export interface PkRow {
  battle: PkBattleRow;
  /** In their order; who declined is left out. */
  sides: PkSideRow[];
}

const HISTORY_MAX = 20;
const INVITATIONS_MAX = 20;
const CANDIDATES_MAX = 20;

async function withSides(db: LiveDb, battles: readonly PkBattleRow[]): Promise<PkRow[]> {
  if (battles.length === 0) return [];
  const ids = battles.map(({ pkId }) => pkId);
  const rows = await db.orm
    .select({ side: pkSides, nickname: users.name })
    .from(pkSides)
    .innerJoin(users, eq(users.id, pkSides.anchorId))
    .where(and(inArray(pkSides.pkId, ids), ne(pkSides.state, "declined")))
    .orderBy(asc(pkSides.position));
  const sides = rows.map(({ side, nickname }) => ({ ...side, nickname }));
  return battles.map((battle) => ({ battle, sides: sides.filter(({ pkId }) => pkId === battle.pkId) }));
}

export async function findPk(db: LiveDb, pkId: string): Promise<PkRow | null> {
  const [found] = await withSides(db, await db.orm.select().from(pkBattles).where(eq(pkBattles.pkId, pkId)));
  return found ?? null;
}

export async function listPks(db: LiveDb, pkIds: readonly string[]): Promise<PkRow[]> {
  if (pkIds.length === 0) return [];
  return withSides(
    db,
    await db.orm
      .select()
      .from(pkBattles)
      .where(inArray(pkBattles.pkId, [...pkIds])),
  );
}

/** What a room shows: the battle that its anchor is in, once everybody has accepted. */
export async function findPkOfRoom(db: LiveDb, roomId: string): Promise<PkRow | null> {
  const battles = await db.orm
    .select({ battle: pkBattles })
    .from(pkSides)
    .innerJoin(pkBattles, eq(pkBattles.pkId, pkSides.pkId))
    .where(and(eq(pkSides.roomId, roomId), pkSides.isOpen, ne(pkBattles.status, "invited")));
  const [found] = await withSides(
    db,
    battles.map(({ battle }) => battle),
  );
  return found ?? null;
}

/** The battles of an anchor: what they are in, what they are asked for, and the latest that are over. */
export async function listPksOf(
  db: LiveDb,
  anchorId: string,
): Promise<{ current: PkRow | null; invitations: PkRow[]; history: PkRow[] }> {
  const [open, asked, over] = await Promise.all([
    db.orm
      .select({ battle: pkBattles })
      .from(pkSides)
      .innerJoin(pkBattles, eq(pkBattles.pkId, pkSides.pkId))
      .where(and(eq(pkSides.anchorId, anchorId), pkSides.isOpen)),
    db.orm
      .select({ battle: pkBattles })
      .from(pkSides)
      .innerJoin(pkBattles, eq(pkBattles.pkId, pkSides.pkId))
      .where(
        and(
          eq(pkSides.anchorId, anchorId),
          eq(pkSides.state, "invited"),
          eq(pkBattles.status, "invited"),
          sql`${pkBattles.dueAt} > now()`,
        ),
      )
      .orderBy(desc(pkBattles.createdAt))
      .limit(INVITATIONS_MAX),
    db.orm
      .select({ battle: pkBattles })
      .from(pkSides)
      .innerJoin(pkBattles, eq(pkBattles.pkId, pkSides.pkId))
      .where(
        and(
          eq(pkSides.anchorId, anchorId),
          eq(pkBattles.status, "closed"),
          sql`${pkBattles.windowFrom} IS NOT NULL`,
        ),
      )
      .orderBy(desc(pkBattles.createdAt))
      .limit(HISTORY_MAX),
  ]);
  const rows = await withSides(
    db,
    [...open, ...asked, ...over].map(({ battle }) => battle),
  );
  return {
    current: open.length > 0 ? (rows[0] ?? null) : null,
    invitations: rows.slice(open.length, open.length + asked.length),
    history: rows.slice(open.length + asked.length),
  };
}

/** Other live anchors whose nickname begins so, those who are free first. */
export async function listPkCandidates(
  { sql: q }: LiveDb,
  input: { anchorId: string; nameStart: string },
): Promise<PkCandidate[]> {
  const pattern = `${escapeLike(input.nameStart.toLowerCase())}%`;
  return await q<PkCandidate[]>`
    SELECT r.anchor_id AS "anchorId", u.name AS nickname, r.id AS "roomId", r.title,
      EXISTS (SELECT 1 FROM pk_sides s WHERE s.anchor_id = r.anchor_id AND s.is_open) AS "isBusy"
    FROM rooms r JOIN users u ON u.id = r.anchor_id
    WHERE r.current_session_id IS NOT NULL AND NOT r.banned AND r.anchor_id <> ${input.anchorId}
      AND lower(u.name) COLLATE "C" LIKE ${pattern}
    ORDER BY "isBusy", r.live_since DESC, r.id LIMIT ${CANDIDATES_MAX}`;
}

/** Somebody who opened another battle at this very moment was first. */
async function orBusy<T>(work: Promise<T>): Promise<T | "busy"> {
  return await work.catch((error: unknown) => {
    if (isTaken(error)) return "busy" as const;
    throw error;
  });
}

/**
 * Makes a battle and takes the inviter into it. `"busy"`: somebody is in another one, or just declined; `"not-live"`: a room
 * is closed.
 */
export async function insertPk(
  db: LiveDb,
  input: {
    pkId: string;
    inviterId: string;
    anchorIds: readonly string[];
    durationSeconds: number;
    counts: PkCounts;
    giftId: string | null;
    minimumPoints: number;
    cooldownSeconds: number;
    traceId: string;
  },
): Promise<"made" | "busy" | "not-live"> {
  const all = [input.inviterId, ...input.anchorIds];
  return await orBusy(
    inTransaction(db.sql, async (tx) => {
      const live = await tx<{ anchor_id: string; room_id: string; busy: boolean }[]>`
        SELECT r.anchor_id, r.id AS room_id,
          EXISTS (SELECT 1 FROM pk_sides s WHERE s.anchor_id = r.anchor_id AND s.is_open)
          OR EXISTS (SELECT 1 FROM pk_sides s JOIN pk_battles b USING (pk_id)
            WHERE s.anchor_id = r.anchor_id AND s.state = 'declined' AND b.inviter_id = ${input.inviterId}
              AND s.answered_at > now() - ${input.cooldownSeconds} * interval '1 second') AS busy
        FROM rooms r WHERE r.anchor_id = ANY(${arrayLiteral(all)}::uuid[]) AND r.current_session_id IS NOT NULL AND NOT r.banned`;
      if (live.length !== all.length) return "not-live";
      if (live.some(({ busy }) => busy)) return "busy";
      await tx`
        INSERT INTO pk_battles (pk_id, inviter_id, status, counts, gift_id, duration_seconds, minimum_points, due_at, trace_id)
        VALUES (${input.pkId}, ${input.inviterId}, 'invited', ${input.counts}, ${input.giftId}, ${input.durationSeconds},
          ${input.minimumPoints}, now() + ${PK_MS.invited} * interval '1 millisecond', ${input.traceId})`;
      await tx`
        INSERT INTO pk_sides (pk_id, position, anchor_id, room_id, state, is_open)
        SELECT ${input.pkId}, a.position - 1, r.anchor_id, r.id,
          CASE a.position WHEN 1 THEN 'accepted' ELSE 'invited' END, a.position = 1
        FROM unnest(${arrayLiteral(all)}::uuid[]) WITH ORDINALITY AS a (id, position) JOIN rooms r ON r.anchor_id = a.id`;
      return "made";
    }),
  );
}

/** Locks a battle that waits for answers; false when it does not any more. */
async function lockInvited(tx: Sql, pkId: string): Promise<boolean> {
  const [battle] = await tx`
    SELECT 1 FROM pk_battles WHERE pk_id = ${pkId} AND status = 'invited' AND due_at > now() FOR UPDATE`;
  return battle !== undefined;
}

/** Once nobody is waited for, the battle is on, with those who accepted; without two of them it is over. */
async function decide(tx: Sql, pkId: string): Promise<void> {
  const [battle] = await tx<{ status: PkState }[]>`
    WITH answers AS (
      SELECT count(*) FILTER (WHERE state = 'invited') AS waiting, count(*) FILTER (WHERE state = 'accepted') AS there
      FROM pk_sides WHERE pk_id = ${pkId}
    )
    UPDATE pk_battles SET seq = seq + 1,
      status = CASE WHEN waiting + there < 2 THEN 'closed' WHEN waiting = 0 THEN 'accepted' ELSE status END,
      end_reason = CASE WHEN waiting + there < 2 THEN 'declined' END,
      closed_at = CASE WHEN waiting + there < 2 THEN now() END,
      due_at = CASE WHEN waiting + there < 2 THEN NULL WHEN waiting = 0 THEN now() ELSE due_at END
    FROM answers WHERE pk_id = ${pkId} RETURNING status`;
  if (battle?.status === "closed") await freeSides(tx, pkId);
}

/** A battle is over: its anchors may begin another. */
export const freeSides = (tx: Sql, pkId: string) =>
  tx`UPDATE pk_sides SET is_open = false WHERE pk_id = ${pkId} AND is_open`;

/** An answer to an invitation; the same answer again changes nothing. */
export async function answerPk(
  db: LiveDb,
  input: { pkId: string; anchorId: string; accepts: boolean },
): Promise<"answered" | "busy" | "not-live" | "moved"> {
  const { pkId, anchorId, accepts } = input;
  return await orBusy(
    inTransaction(db.sql, async (tx) => {
      const isInvited = await lockInvited(tx, pkId);
      const [own] = await tx<{ state: string }[]>`
        SELECT state FROM pk_sides WHERE pk_id = ${pkId} AND anchor_id = ${anchorId}`;
      const answer = accepts ? "accepted" : "declined";
      if (own?.state === answer) return "answered";
      if (!isInvited || own?.state !== "invited") return "moved";
      if (accepts) {
        const live = await tx`
          SELECT 1 FROM rooms WHERE anchor_id = ${anchorId} AND current_session_id IS NOT NULL AND NOT banned`;
        if (live.length === 0) return "not-live";
      }
      await tx`
        UPDATE pk_sides SET state = ${answer}, is_open = ${accepts}, answered_at = now()
        WHERE pk_id = ${pkId} AND anchor_id = ${anchorId}`;
      await decide(tx, pkId);
      return "answered";
    }),
  );
}

const SETTLED_AT_ONCE = 200;

/** Battles that have a result, by their ids. */
export async function listSettledPkIds({ sql: q }: LiveDb, afterId: string | null): Promise<string[]> {
  const rows = await q<{ pk_id: string }[]>`
    SELECT pk_id FROM pk_battles WHERE to_seqs IS NOT NULL ${afterId ? q`AND pk_id > ${afterId}` : q``}
    ORDER BY pk_id LIMIT ${SETTLED_AT_ONCE}`;
  return rows.map(({ pk_id }) => pk_id);
}
