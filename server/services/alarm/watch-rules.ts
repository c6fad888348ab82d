import { randomUUID } from "node:crypto";
import { clearWatched, listFiring, openWatched } from "@/db/live/queries/alarms";
import { readPolicy } from "@/db/policies";
import { ALARM_KIND_OF, AlarmMetric } from "@/domain/contracts/alarm-rules";
import { CALM, stepRule } from "@/domain/rules/alarm-rule";
import { newTraceId } from "@/platform/observability/trace";
import { alarmLeaseKey } from "@/platform/redis/keys";
import { holdSoleLease } from "@/platform/redis/sole-lease";
import { repeatEvery } from "@/platform/runtime/repeat";
import type { Resources } from "../context";
import { countAlarm } from "./raise-alarm";
import { readAlarmValues } from "./read-alarm-values";
import { readRuleStates, type SeenRule, writeRuleStates } from "./rule-states";
import { createAlarmTeller } from "./tell-alarms";

/** Another process looks when the one that did is gone for so long. */
const LEASE_MS = 12_000;
const REDIS_AWAY = { kind: "watch.redis_away", subject: "redis:main" } as const;

interface WatchTimes {
  lookEveryMs: number;
  /** Without Redis nobody knows how anything else does: that is an alarm of its own after so long. */
  redisAwayMsMax: number;
}
const TIMES: WatchTimes = { lookEveryMs: 5_000, redisAwayMsMax: 30_000 };

type RuleResources = Pick<Resources, "redis" | "live" | "log">;
type WatchResources = RuleResources & Pick<Resources, "env">;

/**
 * Looks at the rules every five seconds, in whichever of the processes that do this has the lease, and tells the webhook
 * what happened. So no process has to live for it, the scheduler least of all. Returns what ends it.
 */
export function watchAlarmRules(resources: WatchResources, times = TIMES): () => Promise<void> {
  const holder = randomUUID();
  const teller = createAlarmTeller(resources);
  let telling: Promise<void> | undefined;
  /** Beside the rules, which a receiver that is slow must not hold up. */
  const tell = () => {
    telling ??= teller
      .tell()
      .catch((error: unknown) => resources.log.warn({ reason: String(error) }, "telling alarms failed"))
      .finally(() => {
        telling = undefined;
      });
  };
  let redisSeenAtMs = performance.now();
  // A process that was before this one may have said that it is.
  let isRedisAway = true;
  const stop = repeatEvery(times.lookEveryMs, resources.log, "looking at the rules of alarms", async () => {
    let isMine: boolean;
    try {
      isMine = await holdSoleLease(resources.redis, alarmLeaseKey, holder, LEASE_MS);
    } catch (error) {
      if (performance.now() - redisSeenAtMs < times.redisAwayMsMax) throw error;
      await openWatched(resources.live.sql, {
        ...REDIS_AWAY,
        facts: { reason: String(error) },
        traceId: newTraceId(),
      });
      isRedisAway = true;
      // Nobody can have the lease now: what several take is told once all the same.
      tell();
      throw error;
    }
    redisSeenAtMs = performance.now();
    if (isRedisAway) {
      await clearWatched(resources.live.sql, { ...REDIS_AWAY, facts: {} });
      isRedisAway = false;
    }
    if (!isMine) return;
    await lookAtRules(resources).finally(tell);
  });
  return async () => {
    await stop();
    await telling;
  };
}

/** Looks once. An alarm is in the database before its rule counts as firing, so one that was cut off is made up for. */
export async function lookAtRules(resources: RuleResources): Promise<void> {
  const { redis, live, log } = resources;
  const [policy, { states }, { values, nowMs }] = await Promise.all([
    readPolicy(live.sql, "alarm-rules"),
    readRuleStates(redis),
    readAlarmValues(redis),
  ]);
  // Where Redis has forgotten how rules stand, the alarms that go on say it.
  const isForgotten = AlarmMetric.options.some((metric) => !states.has(metric));
  const firing = new Set(isForgotten ? await listFiring(live) : []);
  const next = new Map<AlarmMetric, SeenRule>();
  for (const metric of AlarmMetric.options) {
    const rule = policy[metric];
    const { worst } = values[metric];
    const value = values[metric].value === null ? null : round(values[metric].value);
    const before = states.get(metric) ?? { ...CALM, isFiring: firing.has(ALARM_KIND_OF[metric]) };
    const { state, event } = stepRule(rule, before, value, nowMs);
    next.set(metric, { ...state, value, worst });
    if (event === null) continue;
    const { enabled: _, ...bounds } = rule;
    const alarm = {
      kind: ALARM_KIND_OF[metric],
      subject: `metric:${metric}`,
      facts: { value, worst, ...bounds },
      traceId: newTraceId(),
    };
    if (event === "fired") {
      countAlarm(alarm.kind);
      log.error({ ...alarm }, "alarm");
      await openWatched(live.sql, alarm);
    } else {
      log.info({ ...alarm }, "an alarm is over");
      await clearWatched(live.sql, alarm);
    }
  }
  await writeRuleStates(redis, next, nowMs);
}

const round = (value: number) => Math.round(value * 10) / 10;
