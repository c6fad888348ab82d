import { acknowledgeAlarm, listAlarms } from "@/db/live/queries/alarms";
import type { AcknowledgeAlarmInput, Alarm, AlarmsInput } from "@/domain/contracts/alarms";
import { BizError } from "@/domain/contracts/errors";
import type { SignedInCtx } from "../context";

/** Alarms that nobody has looked at yet, or all of them, newest first. Throws INVALID_INPUT for a cursor of nobody's. */
export async function getAlarms(
  ctx: SignedInCtx,
  input: AlarmsInput,
): Promise<{ items: Alarm[]; nextCursor: string | null }> {
  const before = input.cursor === undefined ? undefined : Number(input.cursor);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    throw new BizError("INVALID_INPUT", { field: "cursor" });
  }
  const items = await listAlarms(ctx.live, { all: input.all, before, limit: input.limit });
  const last = items.at(-1);
  return { items, nextCursor: items.length === input.limit && last ? String(last.alarmId) : null };
}

/** Says that somebody has looked. Safe to repeat. Throws NOT_FOUND. */
export async function takeAlarm(ctx: SignedInCtx, input: AcknowledgeAlarmInput): Promise<Alarm> {
  const alarm = await acknowledgeAlarm(ctx.live, {
    ...input,
    actorId: ctx.session.userId,
    traceId: ctx.traceId,
  });
  if (!alarm) throw new BizError("NOT_FOUND");
  return alarm;
}
