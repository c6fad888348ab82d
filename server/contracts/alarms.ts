import { z } from "zod";

/**
 * Every kind of alarm that the product raises, as `area.what`: a kind is one line here and one text by that name in the
 * messages (`admin.alarms.kinds`).
 */
export const ALARM_KINDS = ["payment.not_understood"] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export const AlarmsInput = z.object({
  /** Acknowledged ones too. */
  all: z.boolean().default(false),
  cursor: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type AlarmsInput = z.infer<typeof AlarmsInput>;

export const AcknowledgeAlarmInput = z.object({
  alarmId: z.number().int().positive(),
  note: z.string().trim().min(1).max(500),
});
export type AcknowledgeAlarmInput = z.infer<typeof AcknowledgeAlarmInput>;

export interface Alarm {
  alarmId: number;
  kind: string;
  /** As `kind:id`. */
  subject: string;
  facts: Record<string, unknown>;
  times: number;
  firstAt: string;
  lastAt: string;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  note: string | null;
  traceId: string;
}
