import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { Alarm, AlarmChange, AlarmKind } from "@/domain/contracts/alarms";

export interface NewAlarm {
  kind: AlarmKind;
  /** As `kind:id`. */
  subject: string;
  /** No secrets and no personal data. */
  facts: object;
  traceId: string;
}

/** Opens an alarm, or counts the open one of this kind and subject up. Also inside a transaction of the caller's. */
export async function upsertAlarm(sql: Sql, alarm: NewAlarm): Promise<void> {
  await sql`
    WITH taken AS (
      INSERT INTO alarms (kind, subject, facts, trace_id)
      VALUES (${alarm.kind}, ${alarm.subject}, ${JSON.stringify(alarm.facts)}::text::jsonb, ${alarm.traceId})
      ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL
      DO UPDATE SET times = alarms.times + 1, last_at = now(), facts = excluded.facts, trace_id = excluded.trace_id
      RETURNING id, times, facts)
    INSERT INTO alarm_changes (alarm_id, change, facts) SELECT id, 'opened', facts FROM taken WHERE times = 1`;
}

/**
 * Opens an alarm that will clear by itself, or opens it anew, counted up, while nobody has looked. Safe to repeat: one that
 * goes on, looked at or not, stays as it is.
 */
export async function openWatched(sql: Sql, alarm: NewAlarm): Promise<void> {
  await sql`
    WITH taken AS (
      INSERT INTO alarms (kind, subject, facts, trace_id)
      SELECT ${alarm.kind}, ${alarm.subject}, ${JSON.stringify(alarm.facts)}::text::jsonb, ${alarm.traceId}
      WHERE NOT EXISTS (
        SELECT 1 FROM alarms WHERE kind = ${alarm.kind} AND subject = ${alarm.subject}
          AND cleared_at IS NULL AND kind LIKE 'watch.%')
      ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL
      DO UPDATE SET times = alarms.times + 1, last_at = now(), cleared_at = NULL, facts = excluded.facts,
        trace_id = excluded.trace_id
      WHERE alarms.cleared_at IS NOT NULL
      RETURNING id, facts)
    INSERT INTO alarm_changes (alarm_id, change, facts) SELECT id, 'opened', facts FROM taken`;
}

/** Says that what an alarm was about is over. Safe to repeat. */
export async function clearWatched(
  sql: Sql,
  { kind, subject, facts }: Pick<NewAlarm, "kind" | "subject" | "facts">,
): Promise<void> {
  await sql`
    WITH cleared AS (
      UPDATE alarms SET cleared_at = now()
      WHERE kind = ${kind} AND subject = ${subject} AND cleared_at IS NULL AND kind LIKE 'watch.%'
      RETURNING id)
    INSERT INTO alarm_changes (alarm_id, change, facts)
    SELECT id, 'cleared', ${JSON.stringify(facts)}::text::jsonb FROM cleared`;
}

/** Kinds of alarms that clear by themselves and have not. */
export async function listFiring(db: LiveDb): Promise<string[]> {
  const rows = await db.sql<{ kind: string }[]>`
    SELECT DISTINCT kind FROM alarms WHERE cleared_at IS NULL AND kind LIKE 'watch.%'`;
  return rows.map(({ kind }) => kind);
}

interface RawAlarm {
  id: string;
  kind: string;
  subject: string;
  facts: Record<string, unknown>;
  times: number;
  trace_id: string;
  first_at: Date;
  last_at: Date;
  cleared_at: Date | null;
  changes: AlarmChange[] | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  acknowledged_by_name: string | null;
  note: string | null;
}

const toAlarm = (row: RawAlarm): Alarm => ({
  alarmId: Number(row.id),
  kind: row.kind,
  subject: row.subject,
  facts: row.facts,
  times: row.times,
  firstAt: row.first_at.toISOString(),
  lastAt: row.last_at.toISOString(),
  clearedAt: row.cleared_at?.toISOString() ?? null,
  changes: (row.changes ?? []).map(({ change, at }) => ({ change, at: new Date(at).toISOString() })),
  acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedByName: row.acknowledged_by_name,
  note: row.note,
  traceId: row.trace_id,
});

const CHANGES_SHOWN_MAX = 20;

/** Alarms with the name of who looked and what happened to them, the latest first. */
const withHistory = (sql: Sql) => sql`
  SELECT a.*, u.name AS acknowledged_by_name, history.changes
  FROM alarms a
  LEFT JOIN users u ON u.id = a.acknowledged_by
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('change', change, 'at', at) ORDER BY id DESC) AS changes
    FROM (SELECT id, change, at FROM alarm_changes WHERE alarm_id = a.id ORDER BY id DESC LIMIT ${CHANGES_SHOWN_MAX}) AS latest
  ) AS history ON true`;

/** Newest first; `before` is the id that the page before ended with. */
export async function listAlarms(
  db: LiveDb,
  input: { all: boolean; before?: number; limit: number },
): Promise<Alarm[]> {
  const rows = await db.sql<RawAlarm[]>`
    ${withHistory(db.sql)}
    WHERE (${input.all} OR (a.acknowledged_at IS NULL AND a.cleared_at IS NULL))
      AND a.id < ${input.before ?? Number.MAX_SAFE_INTEGER}
    ORDER BY a.id DESC LIMIT ${input.limit}`;
  return rows.map(toAlarm);
}

/** How many alarms go on and nobody has looked at; never counts beyond `max`. */
export async function countOpenAlarms(db: LiveDb, max: number): Promise<number> {
  const [row] = await db.sql<{ open: number }[]>`
    SELECT count(*)::int AS open
    FROM (SELECT 1 FROM alarms WHERE acknowledged_at IS NULL AND cleared_at IS NULL LIMIT ${max}) AS counted`;
  return row?.open ?? 0;
}

/** Undefined when there is no such alarm; one that was acknowledged before stays as it was. */
export async function acknowledgeAlarm(
  db: LiveDb,
  input: { alarmId: number; note: string; actorId: string; traceId: string },
): Promise<Alarm | undefined> {
  return await inTransaction(db.sql, async (sql) => {
    const [taken] = await sql<Pick<RawAlarm, "kind" | "subject">[]>`
      UPDATE alarms SET acknowledged_at = now(), acknowledged_by = ${input.actorId}, note = ${input.note}
      WHERE id = ${input.alarmId} AND acknowledged_at IS NULL
      RETURNING kind, subject`;
    if (taken) {
      await sql`INSERT INTO alarm_changes (alarm_id, change) VALUES (${input.alarmId}, 'acknowledged')`;
      await insertOperatorAction(sql, {
        actorId: input.actorId,
        action: "alarm.acknowledge",
        subject: `alarm:${input.alarmId}`,
        after: { kind: taken.kind, subject: taken.subject },
        reason: input.note,
        traceId: input.traceId,
      });
    }
    const [standing] = await sql<RawAlarm[]>`${withHistory(sql)} WHERE a.id = ${input.alarmId}`;
    return standing && toAlarm(standing);
  });
}
