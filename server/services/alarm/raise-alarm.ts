import { setTimeout as delay } from "node:timers/promises";
import { type NewAlarm, upsertAlarm } from "@/db/live/queries/alarms";
import { counter } from "@/platform/observability/metrics";
import { defineCache, defineHeld } from "@/platform/runtime/caches";
import type { Resources } from "../context";

const raised = counter("downpour_alarms_total", "Times that something a person has to look at happened", [
  "kind",
]);

/** What an alarm is about may be that it cannot be stored: it is tried again this often until it can. */
const AGAIN_MS = 2_000;
/** By kind and subject; more at once tell an operator nothing new. */
const WAITING_MAX = 200;

/** What comes again and again is said this often. */
const SELDOM_MS = 60_000;
const RAISED_LATELY = defineCache<true>({
  name: "alarms_raised",
  max: 1_000,
  ttlMs: SELDOM_MS,
  droppedBy: "time alone",
});

export const countAlarm = (kind: NewAlarm["kind"]) => raised.inc({ kind });

type AlarmResources = Pick<Resources, "live" | "log">;

/** Alarms that could not be stored, by kind and subject. */
const WAITING = defineHeld(() => ({ alarms: new Map<string, NewAlarm>(), isTrying: false }));

/**
 * Says to operators that somebody has to look at something. Never throws: what the alarm is about goes on as it would.
 * When it cannot be stored the log has it, and it is stored as soon as that can be done, while the process lives.
 */
export async function raiseAlarm(resources: AlarmResources, alarm: NewAlarm): Promise<void> {
  const { kind, subject, facts, traceId } = alarm;
  countAlarm(kind);
  resources.log.error({ kind, subject, facts, traceId }, "alarm");
  try {
    await upsertAlarm(resources.live.sql, alarm);
  } catch (error) {
    resources.log.error(
      { kind, subject, traceId, reason: String(error) },
      "an alarm could not be stored yet",
    );
    keepTrying(resources, alarm);
  }
}

/** The same for what may come with every batch: once a minute by kind and subject, and not waited for. */
export function raiseSeldom(resources: AlarmResources, alarm: NewAlarm): void {
  const raisedLately = resources.live.caches.of(RAISED_LATELY);
  const name = `${alarm.kind} ${alarm.subject}`;
  if (raisedLately.get(name)) return;
  raisedLately.set(name, true);
  void raiseAlarm(resources, alarm);
}

function keepTrying({ live, log }: AlarmResources, alarm: NewAlarm): void {
  const name = `${alarm.kind} ${alarm.subject}`;
  const waiting = live.caches.of(WAITING);
  const { alarms } = waiting;
  if (alarms.has(name) || alarms.size < WAITING_MAX) alarms.set(name, alarm);
  if (waiting.isTrying) return;
  waiting.isTrying = true;
  void (async () => {
    while (alarms.size > 0) {
      await delay(AGAIN_MS, undefined, { ref: false });
      for (const [key, late] of alarms) {
        try {
          await upsertAlarm(live.sql, late);
        } catch {
          // Nor would the next one be taken: it was said when it was raised.
          break;
        }
        if (alarms.get(key) === late) alarms.delete(key);
        log.info({ kind: late.kind, subject: late.subject }, "an alarm is stored now");
      }
    }
    waiting.isTrying = false;
  })();
}
