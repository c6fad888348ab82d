import { type NewAlarm, upsertAlarm } from "@/db/live/queries/alarms";
import { counter } from "@/server/observability/metrics";
import type { Resources } from "../context";

const raised = counter("downpour_alarms_total", "Times that something a person has to look at happened", [
  "kind",
]);

/**
 * Says to operators that somebody has to look at something. Never throws: what the alarm is about goes on as it would,
 * and when it cannot be stored the log has it.
 */
export async function raiseAlarm(resources: Pick<Resources, "live" | "log">, alarm: NewAlarm): Promise<void> {
  const { kind, subject, facts, traceId } = alarm;
  raised.inc({ kind });
  resources.log.error({ kind, subject, facts, traceId }, "alarm");
  try {
    await upsertAlarm(resources.live.sql, alarm);
  } catch (error) {
    resources.log.error({ kind, subject, traceId, reason: String(error) }, "an alarm could not be stored");
  }
}
