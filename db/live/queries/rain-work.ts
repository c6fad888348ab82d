import { inArray, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { rains } from "@/db/live/schema";
import type { RainEndReason } from "@/domain/contracts/rain";
import { findRain, type RainRow } from "./rains";

/** Whoever takes a rain has it this long; a process that dies with it leaves it to the others then. */
const WORK_SECONDS = 15;
/** A planned start waits this long for its room to be live. */
const MISSED_AFTER_MINUTES = 10;
/** A rain that is ready and has no planned start gives its budget back after this. */
const EXPIRED_AFTER_HOURS = 24;
const TAKEN_AT_ONCE = 20;

/**
 * Takes rains in which something is to be done now and that nobody works on: to load, to start by plan, to end, to
 * finalise, to announce. They take turns: those that cannot be moved on, however many, hold up nobody else's.
 */
export async function takeRainWork(db: LiveDb): Promise<RainRow[]> {
  const taken = await db.sql<{ rain_id: string }[]>`
    UPDATE rains SET work_until = now() + ${WORK_SECONDS} * interval '1 second'
    WHERE rain_id IN (
      SELECT r.rain_id FROM rains r JOIN rooms o ON o.id = r.room_id
      WHERE (r.status IN ('preparing', 'ready', 'started', 'ending') OR r.announced_status <> r.status)
        AND (r.work_until IS NULL OR r.work_until < now())
        AND (r.status IN ('preparing', 'ending')
          OR (r.status = 'ready' AND r.starts_at <= now()
            AND ((o.current_session_id IS NOT NULL AND NOT o.banned)
              OR r.starts_at < now() - ${MISSED_AFTER_MINUTES} * interval '1 minute')
            AND NOT EXISTS (SELECT 1 FROM rains f WHERE f.room_id = r.room_id AND f.status = 'started'))
          OR (r.status = 'ready' AND r.starts_at IS NULL
            AND r.ready_at < now() - ${EXPIRED_AFTER_HOURS} * interval '1 hour')
          OR (r.status = 'ready' AND o.banned)
          OR (r.status = 'started'
            AND (r.ends_at <= now() OR o.banned OR o.current_session_id IS DISTINCT FROM r.session_id))
          OR (r.status IN ('ready', 'started', 'ended') AND r.announced_status <> r.status))
      ORDER BY r.work_until NULLS FIRST, r.created_at LIMIT ${TAKEN_AT_ONCE} FOR UPDATE OF r SKIP LOCKED)
    RETURNING rain_id`;
  const rows = await Promise.all(taken.map(({ rain_id }) => findRain(db, rain_id)));
  return rows.filter((row) => row !== null);
}

/** Leaves rains to whoever comes next, after those that have waited longer. */
export async function leaveRainWork(db: LiveDb, rainIds: readonly string[]): Promise<void> {
  if (rainIds.length === 0) return;
  await db.orm
    .update(rains)
    .set({ workUntil: sql`now()` })
    .where(inArray(rains.rainId, [...rainIds]));
}

/** Why a rain has to end now, by the database's clock; null when it goes on. */
export async function findEndReason(db: LiveDb, rainId: string): Promise<RainEndReason | null> {
  const [row] = await db.sql<{ reason: RainEndReason | null }[]>`
    SELECT CASE
      WHEN r.status NOT IN ('ready', 'started') THEN NULL
      WHEN o.banned THEN 'room_banned'
      WHEN r.status = 'started' AND o.current_session_id IS DISTINCT FROM r.session_id THEN 'room_closed'
      WHEN r.status = 'started' AND r.ends_at <= now() THEN 'time_up'
      WHEN r.status = 'ready' AND r.starts_at < now() - ${MISSED_AFTER_MINUTES} * interval '1 minute'
        AND o.current_session_id IS NULL THEN 'missed'
      WHEN r.status = 'ready' AND r.starts_at IS NULL
        AND r.ready_at < now() - ${EXPIRED_AFTER_HOURS} * interval '1 hour' THEN 'expired'
    END AS reason
    FROM rains r JOIN rooms o ON o.id = r.room_id WHERE r.rain_id = ${rainId}`;
  return row?.reason ?? null;
}

/** How far loading is; the number never falls. */
export async function recordLoaded(db: LiveDb, rainId: string, packets: number): Promise<void> {
  await db.sql`
    UPDATE rains SET loaded_packets = ${packets}
    WHERE rain_id = ${rainId} AND status = 'preparing' AND loaded_packets < ${packets}`;
}

/** All packets are in place. False when the rain was cancelled meanwhile. */
export async function recordReady(db: LiveDb, rainId: string, packetsDigest: string): Promise<boolean> {
  const rows = await db.sql`
    UPDATE rains SET status = 'ready', ready_at = now(), loaded_packets = packet_count, packets_digest = ${packetsDigest}
    WHERE rain_id = ${rainId} AND status = 'preparing' RETURNING 1`;
  return rows.length > 0;
}

/** Everybody concerned knows that the rain stands so. */
export async function recordAnnounced(db: LiveDb, rainId: string, status: RainRow["status"]): Promise<void> {
  await db.sql`UPDATE rains SET announced_status = ${status} WHERE rain_id = ${rainId} AND status = ${status}`;
}

/** How far every rain is that falls now. */
export async function listFallingRains(db: LiveDb): Promise<RainRow[]> {
  const rows = await db.sql<{ rain_id: string }[]>`SELECT rain_id FROM rains WHERE status = 'started'`;
  const found = await Promise.all(rows.map(({ rain_id }) => findRain(db, rain_id)));
  return found.filter((row) => row !== null);
}
