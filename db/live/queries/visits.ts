import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";

/** Whoever writes visits holds it: somebody's time in a room is taken from `room_presence` once. */
const VISITS_LOCK = 7_301_201;

/** A time in which somebody was in a room. */
export interface Stay {
  roomId: string;
  visitorId: string;
  isGuest: boolean;
  from: Date;
  to: Date;
}

interface Present {
  roomId: string;
  visitorId: string;
  isGuest: boolean;
  since: Date;
}

export interface VisitCursor {
  lastVisit: string;
  agreedAt: Date;
}

/** How far the visits of a part were taken; `0` before the first. */
export async function readVisitCursor({ sql }: LiveDb, part: number): Promise<VisitCursor> {
  const [row] = await sql<VisitCursor[]>`
    SELECT last_visit AS "lastVisit", agreed_at AS "agreedAt" FROM visit_cursors WHERE part = ${part}`;
  return row ?? { lastVisit: "0", agreedAt: new Date(0) };
}

/**
 * Carries out `apply` together with moving a part's cursor from one visit to another. False, and nothing is done, when the
 * cursor does not stand there any more: somebody else took these visits.
 */
export async function moveVisitCursor(
  { sql }: LiveDb,
  move: { part: number; from: string; to: string },
  apply: (tx: Sql) => Promise<void>,
): Promise<boolean> {
  return await lockVisits(sql, async (tx) => {
    await tx`INSERT INTO visit_cursors (part, last_visit, agreed_at) VALUES (${move.part}, '0', now()) ON CONFLICT DO NOTHING`;
    const { count } = await tx`
      UPDATE visit_cursors SET last_visit = ${move.to} WHERE part = ${move.part} AND last_visit = ${move.from}`;
    if (count === 0) return false;
    await apply(tx);
    return true;
  });
}

export async function noteVisitsAgree({ sql }: LiveDb, part: number, at: Date): Promise<void> {
  await sql`UPDATE visit_cursors SET agreed_at = greatest(agreed_at, ${at}) WHERE part = ${part}`;
}

export async function lockVisits<T>(sql: LiveDb["sql"], act: (tx: Sql) => Promise<T>): Promise<T> {
  return (await inTransaction(sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${VISITS_LOCK})`;
    return await act(tx);
  })) as T;
}

const columnsOf = (rows: readonly { roomId: string; visitorId: string }[]) => [
  arrayLiteral(rows.map(({ roomId }) => roomId)),
  arrayLiteral(rows.map(({ visitorId }) => visitorId)),
];

/** Of these, who is in a room. */
export async function findPresent(
  sql: Sql,
  people: readonly { roomId: string; visitorId: string }[],
): Promise<Present[]> {
  const [roomIds = "", visitorIds = ""] = columnsOf(people);
  return await sql<Present[]>`
    SELECT room_id AS "roomId", visitor_id AS "visitorId", is_guest AS "isGuest", since FROM room_presence
    JOIN (SELECT DISTINCT * FROM unnest(${roomIds}::uuid[], ${visitorIds}::uuid[]) AS p (room_id, visitor_id)) p
      USING (room_id, visitor_id)`;
}

export async function listPresent(sql: Sql, roomId: string): Promise<Present[]> {
  return await sql<Present[]>`
    SELECT room_id AS "roomId", visitor_id AS "visitorId", is_guest AS "isGuest", since
    FROM room_presence WHERE room_id = ${roomId}`;
}

/** How many are in each room of a part. */
export async function countPresent({ sql }: LiveDb, part: number): Promise<Map<string, number>> {
  const rows = await sql<{ roomId: string; people: number }[]>`
    SELECT room_id AS "roomId", count(*)::int AS people FROM room_presence WHERE part = ${part} GROUP BY room_id`;
  return new Map(rows.map(({ roomId, people }) => [roomId, people]));
}

/** They are in their rooms from then on. */
export async function addPresent(sql: Sql, part: number, people: readonly Present[]): Promise<void> {
  if (people.length === 0) return;
  const [roomIds = "", visitorIds = ""] = columnsOf(people);
  await sql`
    INSERT INTO room_presence (room_id, visitor_id, is_guest, since, part)
    SELECT room_id, visitor_id, is_guest, since, ${part} FROM unnest(${roomIds}::uuid[], ${visitorIds}::uuid[],
      ${arrayLiteral(people.map(({ isGuest }) => String(isGuest)))}::boolean[],
      ${arrayLiteral(people.map(({ since }) => since.toISOString()))}::timestamptz[]) AS p (room_id, visitor_id, is_guest, since)
    ON CONFLICT (room_id, visitor_id) DO UPDATE SET since = excluded.since`;
}

/** They are in their rooms no more. */
export async function removePresent(
  sql: Sql,
  people: readonly { roomId: string; visitorId: string }[],
): Promise<void> {
  if (people.length === 0) return;
  const [roomIds = "", visitorIds = ""] = columnsOf(people);
  await sql`
    DELETE FROM room_presence p USING unnest(${roomIds}::uuid[], ${visitorIds}::uuid[]) AS g (room_id, visitor_id)
    WHERE p.room_id = g.room_id AND p.visitor_id = g.visitor_id`;
}

/** Adds stays to the visits of the sessions that went on meanwhile, and to the days of who has an account. */
export async function addStays(sql: Sql, stays: readonly Stay[]): Promise<void> {
  if (stays.length === 0) return;
  const [roomIds = "", visitorIds = ""] = columnsOf(stays);
  const earliest = new Date(Math.min(...stays.map(({ from }) => from.getTime())));
  await sql`
    WITH stay AS (
      SELECT * FROM unnest(${roomIds}::uuid[], ${visitorIds}::uuid[],
        ${arrayLiteral(stays.map(({ isGuest }) => String(isGuest)))}::boolean[],
        ${arrayLiteral(stays.map(({ from }) => from.toISOString()))}::timestamptz[],
        ${arrayLiteral(stays.map(({ to }) => to.toISOString()))}::timestamptz[])
        AS s (room_id, visitor_id, is_guest, from_at, to_at)
    ), session AS MATERIALIZED (
      SELECT id, room_id, started_at, coalesce(ended_at, 'infinity') AS ended_at FROM room_sessions
      WHERE room_id = ANY(${roomIds}::uuid[]) AND (ended_at IS NULL OR ended_at > ${earliest})
    ), part AS (
      SELECT session.id AS session_id, room_id, visitor_id, is_guest,
        greatest(from_at, started_at) AS entered_at, least(to_at, ended_at) AS left_at
      FROM stay JOIN session USING (room_id) WHERE started_at < to_at AND ended_at > from_at
    ), local AS (
      SELECT room_id, visitor_id, ${localTime(sql, "entered_at")} AS entered, ${localTime(sql, "left_at")} AS gone
      FROM part WHERE NOT is_guest
    ), watched AS (
      INSERT INTO watch_days (day, room_id, visitor_id, watched_ms)
      SELECT midnight::date, room_id, visitor_id, sum(extract(epoch FROM
        least(gone, midnight + interval '1 day') - greatest(entered, midnight)) * 1000)::bigint AS watched_ms
      FROM local, generate_series(date_trunc('day', entered), gone, interval '1 day') AS d (midnight)
      GROUP BY 1, 2, 3
      ON CONFLICT (day, room_id, visitor_id) DO UPDATE SET watched_ms = watch_days.watched_ms + excluded.watched_ms
      RETURNING day
    ), marked AS (
      INSERT INTO watch_day_marks (day, mark) SELECT day, gen_random_uuid() FROM (SELECT DISTINCT day FROM watched) AS w
      ON CONFLICT (day) DO UPDATE SET mark = excluded.mark
    )
    INSERT INTO visits (session_id, visitor_id, is_guest, entered_at, left_at, watched_ms)
    SELECT session_id, visitor_id, bool_and(is_guest), min(entered_at), max(left_at),
      sum(extract(epoch FROM left_at - entered_at) * 1000)::bigint
    FROM part GROUP BY session_id, visitor_id
    ON CONFLICT (session_id, visitor_id) DO UPDATE SET
      entered_at = least(visits.entered_at, excluded.entered_at),
      left_at = greatest(visits.left_at, excluded.left_at),
      watched_ms = visits.watched_ms + excluded.watched_ms`;
}

/** An instant as the platform's calendar and clock say it. */
const localTime = (sql: Sql, column: string) =>
  sql`(${sql(column)} AT TIME ZONE 'UTC' + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')`;

/** Sessions that ended before then and whose visits are not counted yet, the oldest first. */
export async function listUncountedSessions(
  { sql }: LiveDb,
  input: { before: Date; limit: number },
): Promise<{ sessionId: string; roomId: string; endedAt: Date }[]> {
  return await sql<{ sessionId: string; roomId: string; endedAt: Date }[]>`
    SELECT id AS "sessionId", room_id AS "roomId", ended_at AS "endedAt" FROM room_sessions
    WHERE NOT visits_counted AND ended_at < ${input.before} ORDER BY ended_at LIMIT ${input.limit}`;
}

/**
 * Counts who watched a session that has ended: those who stayed until its end are counted up to it. Done twice it is the
 * same. Locks: visits, then the session's row.
 */
export async function countSessionVisits(
  { sql }: LiveDb,
  session: { sessionId: string; roomId: string; endedAt: Date },
): Promise<void> {
  const { sessionId, roomId, endedAt } = session;
  await lockVisits(sql, async (tx) => {
    const [open] = await tx`
      SELECT 1 FROM room_sessions WHERE id = ${sessionId} AND NOT visits_counted FOR NO KEY UPDATE`;
    if (!open) return;
    const here = (await listPresent(tx, roomId)).filter(({ since }) => since < endedAt);
    await addStays(
      tx,
      here.map(({ since, ...person }) => ({ ...person, from: since, to: endedAt })),
    );
    await tx`UPDATE room_presence SET since = ${endedAt} WHERE room_id = ${roomId} AND since < ${endedAt}`;
    await tx`
      UPDATE room_sessions SET visits_counted = true, (viewers, watched_ms) = (
        SELECT count(*), coalesce(sum(watched_ms), 0) FROM visits WHERE session_id = ${sessionId})
      WHERE id = ${sessionId}`;
  });
}
