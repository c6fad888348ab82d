import { z } from "zod";
import type { AlarmRule as Rule } from "../rules/alarm-rule";
import type { AlarmKind } from "./alarms";
import { OperatorReason } from "./ids";

/** Every figure that is watched by a rule. A new one is a line here, a default, a reading, and texts. */
export const AlarmMetric = z.enum([
  /** Dead-man's switch: seconds since any scheduler did anything well. */
  "schedulerSilentSeconds",
  /** Services that ran within a day, and of which no process is left. */
  "servicesMissing",
  /** Processes that fell silent within an hour, and that no other has replaced. */
  "processesDead",
  "processesNotReady",
  "giftQueueSeconds",
  "claimQueueSeconds",
  "settlementSeconds",
  /** The slowest web process. */
  "eventLoopMs",
  "breakersOpen",
  /** Over all processes, in their logs. */
  "logErrorsPerMinute",
  /** Answers to calls that were our own fault, in the minute before this one. */
  "failedCallsPerMinute",
  "redisMemoryPercent",
]);
export type AlarmMetric = z.infer<typeof AlarmMetric>;

/** The alarm that a rule opens. */
export const ALARM_KIND_OF = {
  schedulerSilentSeconds: "watch.scheduler_silent",
  servicesMissing: "watch.services_missing",
  processesDead: "watch.processes_dead",
  processesNotReady: "watch.processes_not_ready",
  giftQueueSeconds: "watch.gift_queue",
  claimQueueSeconds: "watch.claim_queue",
  settlementSeconds: "watch.settlement",
  eventLoopMs: "watch.event_loop",
  breakersOpen: "watch.breakers_open",
  logErrorsPerMinute: "watch.log_errors",
  failedCallsPerMinute: "watch.failed_calls",
  redisMemoryPercent: "watch.redis_memory",
} as const satisfies Record<AlarmMetric, AlarmKind>;

const Figure = z.number().min(0).max(1_000_000_000);

const fields = {
  enabled: z.boolean(),
  threshold: Figure,
  clearAt: Figure,
  forSeconds: z.number().int().min(0).max(86_400),
};
const isAboveItsEnd = (rule: { threshold: number; clearAt: number }) => rule.clearAt < rule.threshold;
const BELOW = { message: "must be below the threshold", path: ["clearAt"] };

export const AlarmRule = z.object(fields).refine(isAboveItsEnd, BELOW) satisfies z.ZodType<Rule>;
export type AlarmRule = z.infer<typeof AlarmRule>;

/** A rule each; what another version knows besides is left out. */
export const AlarmRulesPolicy = z.object(
  Object.fromEntries(AlarmMetric.options.map((metric) => [metric, AlarmRule])) as Record<
    AlarmMetric,
    typeof AlarmRule
  >,
);
export type AlarmRulesPolicy = z.infer<typeof AlarmRulesPolicy>;

const rule = (threshold: number, clearAt: number, forSeconds: number): AlarmRule => ({
  enabled: true,
  threshold,
  clearAt,
  forSeconds,
});

export const ALARM_RULE_DEFAULTS: AlarmRulesPolicy = {
  schedulerSilentSeconds: rule(30, 10, 10),
  servicesMissing: rule(1, 0, 30),
  processesDead: rule(1, 0, 10),
  processesNotReady: rule(1, 0, 60),
  giftQueueSeconds: rule(10, 5, 60),
  claimQueueSeconds: rule(10, 5, 60),
  settlementSeconds: rule(30, 10, 120),
  eventLoopMs: rule(500, 250, 60),
  breakersOpen: rule(1, 0, 30),
  logErrorsPerMinute: rule(30, 10, 60),
  failedCallsPerMinute: rule(10, 2, 60),
  redisMemoryPercent: rule(85, 80, 60),
};

export const SetAlarmRuleInput = z
  .object({ metric: AlarmMetric, ...fields, reason: OperatorReason })
  .refine(isAboveItsEnd, BELOW);
export type SetAlarmRuleInput = z.infer<typeof SetAlarmRuleInput>;

export interface WatchedRule extends AlarmRule {
  metric: AlarmMetric;
  isFiring: boolean;
  /** As it was looked at last; null where nobody knows. */
  value: number | null;
  /** What has the most part in it, as names of services, nodes or breakers. */
  worst: string[];
}

/** How the webhook that is told of alarms does. */
export interface AlarmWebhook {
  isSet: boolean;
  /** Changes that it is still to be told. */
  waiting: number;
  /** Changes of the last week that were given up. */
  givenUp: number;
  lastDeliveredAt: string | null;
  /** Why the latest try failed, unless one has succeeded since. */
  lastError: string | null;
}

export interface AlarmRules {
  rules: WatchedRule[];
  /** When the rules were looked at last, by whichever process; null where never. */
  lookedAt: string | null;
  webhook: AlarmWebhook;
}
