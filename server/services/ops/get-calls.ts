import type { CallsAnswer } from "@/domain/contracts/services";
import { sumCalls } from "@/domain/rules/call-buckets";
import { callsOfMinuteKey } from "@/platform/redis/web-keys";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Ctx } from "../context";

const MINUTES = 5;

/** Calls of all web processes in the last minutes, the one that goes on included, by procedure. */
export async function getCalls({ redis }: Pick<Ctx, "redis">): Promise<CallsAnswer> {
  const minute = Math.floor(sharedNowMs() / 60_000);
  const keys = Array.from({ length: MINUTES }, (_, i) => callsOfMinuteKey(minute - i));
  const minutes = await Promise.all(keys.map((key) => redis.hgetall(key)));
  return { minutes: MINUTES, items: sumCalls(minutes) };
}
