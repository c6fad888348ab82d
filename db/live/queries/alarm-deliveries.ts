import type { LiveDb, Sql } from "@/db/client";
import type { AlarmWebhook } from "@/domain/contracts/alarm-rules";

/** A change that the webhook is to be told now. */
export interface DueChange {
  changeId: number;
  alarmId: number;
  change: string;
  at: Date;
  kind: string;
  subject: string;
  facts: Record<string, unknown>;
  tries: number;
}

/** Whoever switches the webhook on hears of what is new, not of everything that ever was. */
const NEW_WITHIN = "1 day";

/**
 * Takes up to `limit` changes that are due, the oldest first, each for `holdMs`: when whoever took it says nothing of it by
 * then it is due again. No two take the same.
 */
export async function takeDueChanges(
  db: LiveDb,
  { limit, holdMs }: { limit: number; holdMs: number },
): Promise<DueChange[]> {
  const hold = (sql: Sql) => sql`now() + ${holdMs} * interval '1 millisecond'`;
  const rows = await db.sql<(DueChange & { changeId: string; alarmId: string })[]>`
    WITH again AS (
      SELECT change_id FROM alarm_deliveries WHERE next_try_at <= now()
      ORDER BY change_id LIMIT ${limit} FOR UPDATE SKIP LOCKED),
    held AS (
      UPDATE alarm_deliveries d SET tries = d.tries + 1, next_try_at = ${hold(db.sql)}
      FROM again WHERE d.change_id = again.change_id RETURNING d.change_id, d.tries),
    fresh AS (
      INSERT INTO alarm_deliveries (change_id, tries, next_try_at)
      SELECT c.id, 1, ${hold(db.sql)} FROM alarm_changes c
      WHERE c.at > now() - ${NEW_WITHIN}::interval
        AND NOT EXISTS (SELECT 1 FROM alarm_deliveries d WHERE d.change_id = c.id)
      ORDER BY c.id LIMIT ${limit}
      ON CONFLICT DO NOTHING RETURNING change_id, tries),
    due AS (SELECT * FROM held UNION ALL SELECT * FROM fresh)
    SELECT c.id AS "changeId", c.alarm_id AS "alarmId", c.change, c.at, a.kind, a.subject, c.facts, due.tries
    FROM due JOIN alarm_changes c ON c.id = due.change_id JOIN alarms a ON a.id = c.alarm_id
    ORDER BY c.id`;
  return rows.map((row) => ({ ...row, changeId: Number(row.changeId), alarmId: Number(row.alarmId) }));
}

export async function markDelivered(db: LiveDb, changeId: number): Promise<void> {
  await db.sql`
    UPDATE alarm_deliveries SET delivered_at = now(), next_try_at = NULL, last_error = NULL
    WHERE change_id = ${changeId}`;
}

/** Says why a try failed, and when the next one is; null gives it up. */
export async function markFailed(
  db: LiveDb,
  { changeId, reason, againAfterMs }: { changeId: number; reason: string; againAfterMs: number | null },
): Promise<void> {
  await db.sql`
    UPDATE alarm_deliveries SET last_error = ${reason},
      next_try_at = now() + ${againAfterMs}::float8 * interval '1 millisecond'
    WHERE change_id = ${changeId} AND delivered_at IS NULL`;
}

export async function readDeliveryState(db: LiveDb): Promise<Omit<AlarmWebhook, "isSet">> {
  const [row] = await db.sql<
    { waiting: number; givenUp: number; lastDeliveredAt: Date | null; lastError: string | null }[]
  >`
    SELECT (SELECT count(*)::int FROM alarm_deliveries WHERE next_try_at IS NOT NULL) AS waiting,
      (SELECT count(*)::int FROM alarm_deliveries d JOIN alarm_changes c ON c.id = d.change_id
        WHERE d.next_try_at IS NULL AND d.delivered_at IS NULL AND c.at > now() - interval '7 days') AS "givenUp",
      (SELECT max(delivered_at) FROM alarm_deliveries) AS "lastDeliveredAt",
      (SELECT last_error FROM alarm_deliveries WHERE last_error IS NOT NULL
        AND change_id > coalesce((SELECT max(change_id) FROM alarm_deliveries WHERE delivered_at IS NOT NULL), 0)
        ORDER BY change_id DESC LIMIT 1) AS "lastError"`;
  return {
    waiting: row?.waiting ?? 0,
    givenUp: row?.givenUp ?? 0,
    lastDeliveredAt: row?.lastDeliveredAt?.toISOString() ?? null,
    lastError: row?.lastError ?? null,
  };
}
