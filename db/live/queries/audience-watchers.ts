import type postgres from "postgres";
import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { AudienceTrendPoint } from "@/domain/contracts/audience";
import type { Gender } from "@/domain/contracts/person-facts";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Nobody opens a room more often in the weeks that are looked at; further sessions would be left out. */
const SESSIONS_MAX = 5_000;

/** What people had said of themselves; null what they had not. */
export interface SaidFacts {
  gender: Gender | null;
  region: string | null;
  birthYear: number | null;
}

export interface AudienceSession {
  sessionId: string;
  startedAt: Date;
  /** Whether it is over, and whether its visits are counted. */
  isOver: boolean;
  isCounted: boolean;
}

/** Sessions of an anchor's room that began in a time, the latest first. */
export async function listAudienceSessions(
  { sql }: LiveDb,
  input: { anchorId: string; from: Date; to: Date },
): Promise<AudienceSession[]> {
  return await sql<AudienceSession[]>`
    SELECT s.id AS "sessionId", s.started_at AS "startedAt", s.ended_at IS NOT NULL AS "isOver", s.visits_counted AS "isCounted"
    FROM room_sessions s WHERE s.room_id = ${roomOf(sql, input.anchorId)}
      AND s.started_at >= ${input.from} AND s.started_at < ${input.to}
    ORDER BY s.started_at DESC LIMIT ${SESSIONS_MAX}`;
}

const roomOf = (sql: Sql, anchorId: string) => sql`(SELECT id FROM rooms WHERE anchor_id = ${anchorId})`;

/** What the streams of each week came to that are over; weeks without any are left out. */
export async function sumStreamsByWeek(
  { sql }: LiveDb,
  input: { anchorId: string; from: Date; to: Date },
): Promise<AudienceTrendPoint[]> {
  const local = sql`(started_at AT TIME ZONE 'UTC' + ${CALENDAR_UTC_OFFSET_MINUTES} * interval '1 minute')`;
  return await sql<AudienceTrendPoint[]>`
    SELECT date_trunc('week', ${local})::date::text AS week, count(*)::int AS streams, max(peak_viewers) AS "peakViewers",
      (sum(extract(epoch FROM ended_at - started_at)) * 1000)::float8 AS "liveMs"
    FROM room_sessions WHERE room_id = ${roomOf(sql, input.anchorId)}
      AND started_at >= ${input.from} AND started_at < ${input.to} AND ended_at IS NOT NULL
    GROUP BY 1 ORDER BY 1`;
}

export interface WatcherGroup extends SaidFacts {
  isGuest: boolean;
  isNew: boolean;
  people: number;
  watchedMs: number;
}

interface Watched {
  anchorId: string;
  sessionIds: readonly string[];
  /** Who watched one of these is no new face. */
  earlierSessionIds: readonly string[];
  /** As people had said by then. */
  at: Date;
}

/** Who watched sessions, by everything that is known of them. The anchor is not of their own audience. */
export async function sumWatchers({ sql }: LiveDb, input: Watched): Promise<WatcherGroup[]> {
  const rows = await sql<(Omit<WatcherGroup, "watchedMs"> & { watchedMs: string })[]>`
    ${selectWatchers(sql, input)}`;
  return rows.map((row) => ({ ...row, watchedMs: Number(row.watchedMs) }));
}

export function selectWatchers(sql: Sql, { anchorId, sessionIds, earlierSessionIds, at }: Watched) {
  return sql`
    WITH here AS MATERIALIZED (
      SELECT visitor_id, bool_and(is_guest) AS is_guest, sum(watched_ms) AS watched_ms FROM visits
      WHERE session_id = ANY(${arrayLiteral(sessionIds)}::uuid[]) AND visitor_id <> ${anchorId} GROUP BY visitor_id
    ), earlier AS (
      SELECT DISTINCT visitor_id FROM visits WHERE session_id = ANY(${arrayLiteral(earlierSessionIds)}::uuid[])
    )
    SELECT h.is_guest AS "isGuest", e.visitor_id IS NULL AS "isNew", f.gender, f.region, f.birth_year AS "birthYear",
      count(*)::int AS people, sum(h.watched_ms)::bigint AS "watchedMs"
    FROM here h LEFT JOIN earlier e USING (visitor_id)
    LEFT JOIN LATERAL (${saidBy(sql, sql`h.visitor_id`, at)}) AS f ON NOT h.is_guest
    GROUP BY 1, 2, 3, 4, 5`;
}

/** What each of these people had said by then, in their order. */
export async function readSaidFacts(
  { sql }: LiveDb,
  input: { userIds: readonly string[]; at: Date },
): Promise<SaidFacts[]> {
  return await sql<SaidFacts[]>`
    SELECT f.gender, f.region, f.birth_year AS "birthYear"
    FROM unnest(${arrayLiteral(input.userIds)}::uuid[]) WITH ORDINALITY AS u (id, place)
    LEFT JOIN LATERAL (${saidBy(sql, sql`u.id`, input.at)}) AS f ON true ORDER BY u.place`;
}

const saidBy = (sql: Sql, user: Fragment, at: Date) => sql`
  SELECT gender, region, birth_year FROM person_facts p WHERE p.user_id = ${user} AND p.valid_from < ${at}
  ORDER BY p.valid_from DESC LIMIT 1`;
