import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { Alarm, AlarmKind } from "@/domain/contracts/alarms";

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
    INSERT INTO alarms (kind, subject, facts, trace_id)
    VALUES (${alarm.kind}, ${alarm.subject}, ${JSON.stringify(alarm.facts)}::text::jsonb, ${alarm.traceId})
    ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL
    DO UPDATE SET times = alarms.times + 1, last_at = now(), facts = excluded.facts, trace_id = excluded.trace_id`;
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
  acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedByName: row.acknowledged_by_name,
  note: row.note,
  traceId: row.trace_id,
});

/** Newest first; `before` is the id that the page before ended with. */
export async function listAlarms(
  db: LiveDb,
  input: { all: boolean; before?: number; limit: number },
): Promise<Alarm[]> {
  const rows = await db.sql<RawAlarm[]>`
    SELECT a.*, u.name AS acknowledged_by_name FROM alarms a LEFT JOIN users u ON u.id = a.acknowledged_by
    WHERE (${input.all} OR a.acknowledged_at IS NULL) AND a.id < ${input.before ?? Number.MAX_SAFE_INTEGER}
    ORDER BY a.id DESC LIMIT ${input.limit}`;
  return rows.map(toAlarm);
}

/** How many alarms nobody has looked at; never counts beyond `max`. */
export async function countOpenAlarms(db: LiveDb, max: number): Promise<number> {
  const [row] = await db.sql<{ open: number }[]>`
    SELECT count(*)::int AS open
    FROM (SELECT 1 FROM alarms WHERE acknowledged_at IS NULL LIMIT ${max}) AS counted`;
  return row?.open ?? 0;
}

/** Undefined when there is no such alarm; one that was acknowledged before stays as it was. */
export async function acknowledgeAlarm(
  db: LiveDb,
  input: { alarmId: number; note: string; actorId: string; traceId: string },
): Promise<Alarm | undefined> {
  return await inTransaction(db.sql, async (sql) => {
    const [taken] = await sql<RawAlarm[]>`
      UPDATE alarms SET acknowledged_at = now(), acknowledged_by = ${input.actorId}, note = ${input.note}
      WHERE id = ${input.alarmId} AND acknowledged_at IS NULL
      RETURNING *, (SELECT name FROM users WHERE id = ${input.actorId}) AS acknowledged_by_name`;
    if (taken) {
      await insertOperatorAction(sql, {
        actorId: input.actorId,
        action: "alarm.acknowledge",
        subject: `alarm:${input.alarmId}`,
        after: { kind: taken.kind, subject: taken.subject },
        reason: input.note,
        traceId: input.traceId,
      });
      return toAlarm(taken);
    }
    const [standing] = await sql<RawAlarm[]>`
      SELECT a.*, u.name AS acknowledged_by_name FROM alarms a LEFT JOIN users u ON u.id = a.acknowledged_by
      WHERE a.id = ${input.alarmId}`;
    return standing && toAlarm(standing);
  });
}
