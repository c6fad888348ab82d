import { readDeliveryState } from "@/db/live/queries/alarm-deliveries";
import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import {
  AlarmMetric,
  type AlarmRules,
  type AlarmRulesPolicy,
  type SetAlarmRuleInput,
} from "@/domain/contracts/alarm-rules";
import type { AlarmRule } from "@/domain/rules/alarm-rule";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { readRuleStates } from "./rule-states";

export function getAlarmRulesPolicy(ctx: Pick<SignedInCtx, "live">): Promise<AlarmRulesPolicy> {
  return readPolicy(ctx.live.sql, "alarm-rules");
}

/** Every rule, with what was seen of its figure last. */
export async function getAlarmRules(ctx: SignedInCtx): Promise<AlarmRules> {
  const [policy, webhook, { states, lookedAt }] = await Promise.all([
    getAlarmRulesPolicy(ctx),
    readDeliveryState(ctx.live),
    // The rules can be read, and changed, without Redis.
    readRuleStates(ctx.redis).catch(() => ({ states: new Map(), lookedAt: null })),
  ]);
  const rules = AlarmMetric.options.map((metric) => {
    const seen = states.get(metric);
    return {
      metric,
      ...policy[metric],
      isFiring: seen?.isFiring ?? false,
      value: seen?.value ?? null,
      worst: seen?.worst ?? [],
    };
  });
  return { rules, lookedAt, webhook: { isSet: ctx.env.ALARM_WEBHOOK_URL !== undefined, ...webhook } };
}

/** Changes one rule; it holds from the next look on, seconds later. */
export async function setAlarmRule(ctx: SignedInCtx, input: SetAlarmRuleInput): Promise<AlarmRule> {
  const { metric, reason, ...rule } = input;
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "alarm-rules", { [metric]: rule }, by));
  return rule;
}
