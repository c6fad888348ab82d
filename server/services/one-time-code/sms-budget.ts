import { BizError } from "@/domain/contracts/errors";
import { callingCodeOf } from "@/domain/rules/calling-code";
import { parsePrefixBudgets } from "@/domain/rules/prefix-budgets";
import { smsBudgetKey } from "@/platform/redis/web-keys";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";

const HOUR_MS = 3_600_000;
const WARN_PART = 0.8;

/**
 * Counts one message against what may be sent in an hour to a country, and over all. Throws RATE_LIMITED when that is
 * used up. Browsers that have signed in before have budgets of their own, so that a flood by others keeps nobody out.
 */
export async function takeFromSmsBudget(
  resources: Pick<Resources, "env" | "log" | "live" | "redis">,
  input: { phoneNumber: string; from: "known" | "strangers"; traceId: string },
): Promise<void> {
  const { env } = resources;
  const { phoneNumber, from } = input;
  const digits = phoneNumber.slice(1);
  const own = parsePrefixBudgets(env.SMS_PREFIX_CODES_PER_HOUR).find(({ prefix }) =>
    digits.startsWith(prefix),
  );
  const country = own ?? {
    prefix: callingCodeOf(phoneNumber),
    limit: env.SMS_COUNTRY_CODES_PER_HOUR,
  };
  // The country first: what it refuses is not taken from everybody.
  await take(resources, input.traceId, `${from}:+${country.prefix}`, country.limit);
  await take(resources, input.traceId, `${from}:all`, env.SMS_CODES_PER_HOUR);
}

async function take(
  resources: Pick<Resources, "log" | "live" | "redis">,
  traceId: string,
  scope: string,
  limit: number,
): Promise<void> {
  const nowMs = sharedNowMs();
  const hour = Math.floor(nowMs / HOUR_MS);
  const key = smsBudgetKey(scope, hour);
  const [counted] = (await resources.redis.multi().incr(key).expire(key, 7_200, "NX").exec()) ?? [];
  const count = Number(counted?.[1]);
  if (counted?.[0] || !Number.isInteger(count)) throw counted?.[0] ?? new Error("Codes cannot be counted.");
  // Each number comes to one caller only, so that one of them raises the alarm.
  const alarm = { subject: `sms:${scope}`, facts: { limit, count }, traceId };
  if (count === Math.ceil(limit * WARN_PART))
    await raiseAlarm(resources, { kind: "sms.budget_low", ...alarm });
  if (count === limit + 1) await raiseAlarm(resources, { kind: "sms.budget_reached", ...alarm });
  if (count > limit) throw new BizError("RATE_LIMITED", { retryAfterMs: (hour + 1) * HOUR_MS - nowMs });
}
