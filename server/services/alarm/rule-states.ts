import { AlarmMetric } from "@/domain/contracts/alarm-rules";
import { CALM, type RuleState } from "@/domain/rules/alarm-rule";
import type { RedisClient } from "@/platform/redis/client";
import { alarmStatesKey } from "@/platform/redis/keys";

/** How a rule stands, and what was seen of its figure last. */
export interface SeenRule extends RuleState {
  value: number | null;
  worst: string[];
}

const LOOKED_AT = "lookedAt";

/** What whichever process looked last left; whoever loses Redis begins anew, and finds alarms that go on in the database. */
export async function readRuleStates(
  redis: RedisClient,
): Promise<{ states: Map<AlarmMetric, SeenRule>; lookedAt: string | null }> {
  const fields = await redis.hgetall(alarmStatesKey);
  const states = new Map<AlarmMetric, SeenRule>();
  for (const metric of AlarmMetric.options) {
    const text = fields[metric];
    if (text !== undefined) states.set(metric, { ...CALM, value: null, worst: [], ...JSON.parse(text) });
  }
  return { states, lookedAt: fields[LOOKED_AT] ?? null };
}

export async function writeRuleStates(
  redis: RedisClient,
  states: ReadonlyMap<AlarmMetric, SeenRule>,
  nowMs: number,
): Promise<void> {
  const fields = Object.fromEntries([...states].map(([metric, seen]) => [metric, JSON.stringify(seen)]));
  await redis.hset(alarmStatesKey, { ...fields, [LOOKED_AT]: new Date(nowMs).toISOString() });
}
