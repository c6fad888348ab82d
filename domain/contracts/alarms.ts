import { z } from "zod";
import { PageCursor, readableLines } from "./texts";

/**
 * Every kind of alarm that the product raises, as `area.what`: a kind is one line here and one text in the messages of each
 * language (`admin.alarms.kinds`, as `area_what`).
 */
export const ALARM_KINDS = [
  /** What analytics counted is not what the ledger says: its figures are in doubt. */
  "analytics.differs",
  "approval.outcome_unclear",
  /** The audit found something: every figure is in doubt until somebody has looked. */
  "books.differ",
  /** Nothing is left to take back of what a payment owes. */
  "payment.debt",
  "payment.disputed",
  "payment.fraud_warning",
  "payment.inquiry",
  "payment.not_understood",
  /** Two accounts have one telephone, written in two ways: only one of them can be signed in to. */
  "people.phone_doubles",
  /** A payout provider said the opposite of before, another amount, or that it paid what nobody ordered. */
  "payout.contradicted",
  /** Nobody asks about it any more, or its account cannot be read. */
  "payout.stuck",
  /** A machine's clock differs from that of Redis or the live database. */
  "process.clock_off",
  /** A queue entry was given up or set apart: somebody has to decide what becomes of it. */
  "queue.dead_letter",
  /** A bucket, or some entries of it, cannot be posted while others are: neither lost nor given up, they wait. */
  "queue.entry_held",
  /** Nothing of a queue is posted, or what reads it stands still. */
  "queue.held",
  /** A gift or a claim came from a clock that is ahead of the database's; its time was bounded. */
  "queue.clock_ahead",
  /** A database is not the one that what others keep belongs to: processes stand still until the stores are reconciled. */
  "restore.another_database",
  /** A cursor is of another past than the database that it reads: its reader stands still. */
  "restore.cursor_contradicted",
  /** A restore undid gifts that were told to be settled. */
  "restore.gifts_undone",
  /** A rain has ended, and packets of it that were popped are credited to nobody. */
  "rain.claims_missing",
  /** Packets were shown as won and could not be kept; the platform has paid for them, or was not allowed to. */
  "rain.packets_lost",
  "sms.budget_low",
  "sms.budget_reached",
  /** Figures that are watched by rules (`domain/contracts/alarm-rules.ts`): these clear by themselves. */
  "watch.breakers_open",
  "watch.claim_queue",
  "watch.event_loop",
  "watch.failed_calls",
  "watch.gift_queue",
  "watch.log_errors",
  "watch.processes_dead",
  "watch.processes_not_ready",
  "watch.redis_away",
  "watch.redis_memory",
  "watch.scheduler_silent",
  "watch.services_missing",
  "watch.settlement",
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

type KeyOf<K extends string> = K extends `${infer Area}.${infer What}` ? `${Area}_${What}` : K;
export type AlarmKindKey = KeyOf<AlarmKind>;
/** The kind as a key of the messages, where a dot would be a level. */
export const alarmKindKey = (kind: AlarmKind) => kind.replaceAll(".", "_") as AlarmKindKey;

export const AlarmsInput = z.object({
  /** Acknowledged and cleared ones too. */
  all: z.boolean().default(false),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type AlarmsInput = z.infer<typeof AlarmsInput>;

export const AcknowledgeAlarmInput = z.object({
  alarmId: z.number().int().positive(),
  note: readableLines(500),
});
export type AcknowledgeAlarmInput = z.infer<typeof AcknowledgeAlarmInput>;

/** One thing that happened to an alarm, never changed. */
export interface AlarmChange {
  change: "opened" | "cleared" | "acknowledged";
  at: string;
}

export interface Alarm {
  alarmId: number;
  kind: string;
  /** As `kind:id`. */
  subject: string;
  facts: Record<string, unknown>;
  times: number;
  firstAt: string;
  lastAt: string;
  /** Since when what it is about is over, of those that say so by themselves. */
  clearedAt: string | null;
  /** The latest, newest first. */
  changes: AlarmChange[];
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  acknowledgedByName: string | null;
  note: string | null;
  traceId: string;
}
