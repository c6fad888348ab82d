import { and, desc, eq, getTableColumns, gt, inArray, lt, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { LiveDb } from "@/db/client";
import { rainClaims, rains, users } from "@/db/live/schema";
import { inTransaction } from "@/db/transaction";
import { withoutValues } from "@/db/without-values";
import type { RainEndReason, RainStatus } from "@/domain/contracts/rain";
import { findLiveRefusal, type LiveRefusal, RAIN_STOPPING_KINDS } from "./may-be-live";

/** A rain with the names of its people. */
export type RainRow = typeof rains.$inferSelect & { anchorName: string; luckiestName: string | null };

const luckiest = alias(users, "luckiest");

function selectRains(db: LiveDb) {
  return db.orm
    .select({ ...getTableColumns(rains), anchorName: users.name, luckiestName: luckiest.name })
    .from(rains)
    .innerJoin(users, eq(users.id, rains.anchorId))
    .leftJoin(luckiest, eq(luckiest.id, rains.luckiestUserId));
}

export async function findRain(db: LiveDb, rainId: string): Promise<RainRow | null> {
  const [row] = await selectRains(db).where(eq(rains.rainId, rainId));
  return row ?? null;
}

export async function listRainsByIds(db: LiveDb, rainIds: readonly string[]): Promise<RainRow[]> {
  if (rainIds.length === 0) return [];
  return await selectRains(db).where(inArray(rains.rainId, [...rainIds]));
}

export async function findRainByCode(db: LiveDb, code: string): Promise<RainRow | null> {
  const [row] = await withoutValues(selectRains(db).where(eq(rains.code, code)));
  return row ?? null;
}

/**
 * Stores a new rain of somebody who may plan one; for anybody else it says why not. Null when its id or its code is taken: then it is for the caller to see whether by this very rain.
 */
export async function insertRain(
  db: LiveDb,
  rain: typeof rains.$inferInsert,
): Promise<RainRow | LiveRefusal | null> {
  const inserted = await withoutValues(
    db.orm.transaction(async (tx) => {
      const refusal = await findLiveRefusal(tx, rain.anchorId, RAIN_STOPPING_KINDS);
      if (refusal) return refusal;
      return await tx.insert(rains).values(rain).onConflictDoNothing().returning({ rainId: rains.rainId });
    }),
  );
  if (typeof inserted === "string") return inserted;
  return inserted.length > 0 ? await findRain(db, rain.rainId) : null;
}

/** Writes down where the commitment was published; the first such place stays. */
export async function recordCommitment(db: LiveDb, rainId: string, committedSeq: number): Promise<number> {
  const [row] = await db.orm
    .update(rains)
    .set({ committedSeq: sql`coalesce(${rains.committedSeq}, ${committedSeq})` })
    .where(eq(rains.rainId, rainId))
    .returning({ committedSeq: rains.committedSeq });
  return row?.committedSeq ?? committedSeq;
}

export interface RainPage {
  status?: RainStatus;
  anchorId?: string;
  roomId?: string;
  after?: { createdAt: Date; rainId: string };
  limit: number;
}

/** Rains, newest first, after the given position. */
export async function listRains(db: LiveDb, page: RainPage): Promise<RainRow[]> {
  const { status, anchorId, roomId, after, limit } = page;
  return await selectRains(db)
    .where(
      and(
        status ? eq(rains.status, status) : undefined,
        anchorId ? eq(rains.anchorId, anchorId) : undefined,
        roomId ? eq(rains.roomId, roomId) : undefined,
        after
          ? or(
              lt(rains.createdAt, after.createdAt),
              and(eq(rains.createdAt, after.createdAt), lt(rains.rainId, after.rainId)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(rains.createdAt), desc(rains.rainId))
    .limit(limit);
}

/** What falls in these rooms, and what is ready and planned, the earliest first. */
export async function listRainsToShow(db: LiveDb, roomIds: readonly string[]): Promise<RainRow[]> {
  if (roomIds.length === 0) return [];
  return await selectRains(db)
    .where(
      and(
        inArray(rains.roomId, [...roomIds]),
        or(
          and(eq(rains.status, "started"), gt(rains.endsAt, sql`now()`)),
          and(eq(rains.status, "ready"), sql`${rains.startsAt} IS NOT NULL`),
        ),
      ),
    )
    .orderBy(sql`${rains.status} = 'started' DESC`, rains.startsAt);
}

/** Budgets that an anchor put into rains from her own wallet since then, less what came back. */
export async function sumOwnBudgets(
  db: Pick<LiveDb, "sql">,
  input: { anchorId: string; since: Date },
): Promise<number> {
  const [row] = await db.sql<{ coins: string }[]>`
    SELECT coalesce(sum(budget_coins - refunded_coins), 0) AS coins FROM rains
    WHERE anchor_id = ${input.anchorId} AND funded_by = 'anchor' AND prepared_at >= ${input.since}`;
  return Number(row?.coins ?? 0);
}

/** Whoever starts a rain has this long to announce it before a worker does. */
const ANNOUNCE_SECONDS = 3;

/**
 * Starts a rain that is ready, in the room's running session, and keeps it for the caller to announce. `"falling"`:
 * another rain falls in the room; `"not-live"`: the room is not live; null: it is not ready, or not due by plan.
 */
export async function startReadyRain(
  db: LiveDb,
  rainId: string,
  { byPlan = false }: { byPlan?: boolean } = {},
): Promise<RainRow | "falling" | "not-live" | "frozen" | null> {
  const outcome = await inTransaction(db.sql, async (tx) => {
    const [rain] = await tx<{ room_id: string; anchor_id: string; status: string; due: boolean | null }[]>`
      SELECT room_id, anchor_id, status, starts_at <= now() AS due FROM rains WHERE rain_id = ${rainId} FOR UPDATE`;
    if (rain?.status !== "ready" || (byPlan && !rain.due)) return null;
    // The room's row is held, so that it does not close, and no other rain starts in it, at the same moment.
    const [room] = await tx<{ session_id: string | null; banned: boolean }[]>`
      SELECT current_session_id AS session_id, banned FROM rooms WHERE id = ${rain.room_id} FOR UPDATE`;
    if (!room?.session_id || room.banned) return "not-live";
    const falling = await tx`SELECT 1 FROM rains WHERE room_id = ${rain.room_id} AND status = 'started'`;
    if (falling.length > 0) return "falling";
    // What a wallet that is frozen since has put aside does not leave it by way of a rain. Held, as a freeze holds it.
    const [wallet] = await tx<{ frozen: boolean }[]>`
      SELECT frozen_at IS NOT NULL AS frozen FROM ledger_accounts
      WHERE id = ${rain.anchor_id} AND kind = 'wallet' FOR SHARE`;
    if (wallet?.frozen) return "frozen";
    await tx`
      UPDATE rains SET status = 'started', session_id = ${room.session_id}, started_at = now(),
        ends_at = now() + duration_seconds * interval '1 second',
        work_until = greatest(work_until, now() + ${ANNOUNCE_SECONDS} * interval '1 second')
      WHERE rain_id = ${rainId}`;
    return "started";
  });
  return outcome === "started" ? await findRain(db, rainId) : outcome;
}

/** Milliseconds until a rain that falls is over, by the database's clock; 0 when it is, or does not fall. */
export async function readRemainingMs(db: LiveDb, rainId: string): Promise<number> {
  const [row] = await db.sql<{ remaining_ms: string }[]>`
    SELECT greatest(0, extract(epoch FROM ends_at - now()) * 1000) AS remaining_ms FROM rains
    WHERE rain_id = ${rainId} AND status = 'started'`;
  return Number(row?.remaining_ms ?? 0);
}

/** Plans the start of a rain that is ready. False when it is not. */
export async function planStart(db: LiveDb, rainId: string, startsInSeconds: number): Promise<boolean> {
  const rows = await db.sql`
    UPDATE rains SET starts_at = now() + ${startsInSeconds} * interval '1 second'
    WHERE rain_id = ${rainId} AND status = 'ready' AND (starts_at IS NULL OR starts_at > now()) RETURNING 1`;
  return rows.length > 0;
}

/** Moves a rain to its end when it stands in one of these states: what is in escrow goes back, if anything is. */
export async function beginEnding(
  db: LiveDb,
  input: { rainId: string; from: readonly RainStatus[]; reason: RainEndReason },
): Promise<boolean> {
  const rows = await db.orm
    .update(rains)
    .set({
      status: sql`CASE WHEN ${rains.preparedAt} IS NULL THEN 'ended' ELSE 'ending' END`,
      endReason: input.reason,
      endingAt: sql`now()`,
      endedAt: sql`CASE WHEN ${rains.preparedAt} IS NULL THEN now() END`,
      // Nobody but its anchor knew of one that was never prepared.
      announcedStatus: sql`CASE WHEN ${rains.preparedAt} IS NULL THEN 'ended' ELSE ${rains.announcedStatus} END`,
    })
    .where(and(eq(rains.rainId, input.rainId), inArray(rains.status, [...input.from])))
    .returning({ rainId: rains.rainId });
  return rows.length > 0;
}

export async function listClaimsOfUser(
  db: LiveDb,
  input: { rainId: string; userId: string },
): Promise<(typeof rainClaims.$inferSelect)[]> {
  return await db.orm
    .select()
    .from(rainClaims)
    .where(and(eq(rainClaims.rainId, input.rainId), eq(rainClaims.userId, input.userId)))
    .orderBy(rainClaims.claimedAt, rainClaims.packetIndex);
}
