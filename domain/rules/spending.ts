import type { SpendingCaps } from "../contracts/policies";
import { dayOf } from "./calendar";

/** What gifts took out of a wallet on one day and in that day's month, by the platform's calendar. */
export interface Spent {
  /** As `2026-11-21`. */
  day: string;
  dayCoins: number;
  monthCoins: number;
}

/** Caps with those that take their place at a later time. */
export interface PlannedCaps extends SpendingCaps {
  next: (SpendingCaps & { atMs: number }) | null;
}

export const CAP_NAMES = ["gift", "day", "month"] as const;
export type CapName = (typeof CAP_NAMES)[number];

export const NO_CAPS: SpendingCaps = { giftCoinsMax: null, dayCoinsMax: null, monthCoinsMax: null };

const CAP_FIELDS = Object.keys(NO_CAPS) as (keyof SpendingCaps)[];

const monthOf = (day: string) => day.slice(0, 7);

let lastHour = -1;
let lastDay = "";
/** `dayOf`, which changes at most with the hour: cheap enough for each gift. */
export function spendingDay(atMs: number): string {
  const hour = Math.floor(atMs / 3_600_000);
  if (hour !== lastHour) {
    lastDay = dayOf(atMs);
    lastHour = hour;
  }
  return lastDay;
}

/** What counts on `day`: nothing of an earlier day, nothing of an earlier month. A later day stays as it is. */
export function spentOn(spent: Spent | null, day: string): Spent {
  if (!spent) return { day, dayCoins: 0, monthCoins: 0 };
  if (spent.day >= day) return spent;
  return { day, dayCoins: 0, monthCoins: monthOf(spent.day) === monthOf(day) ? spent.monthCoins : 0 };
}

/** Counts a gift of `day`. One that comes late counts into the month if it is still that, and into no other day. */
export function addSpent(spent: Spent | null, day: string, coins: number): Spent {
  const now = spentOn(spent, day);
  return {
    day: now.day,
    dayCoins: now.dayCoins + (now.day === day ? coins : 0),
    monthCoins: now.monthCoins + (monthOf(now.day) === monthOf(day) ? coins : 0),
  };
}

/** The caps that hold at a time. */
export function capsAt({ next, ...caps }: PlannedCaps, nowMs: number): SpendingCaps {
  if (next === null || next.atMs > nowMs) return caps;
  const { atMs: _, ...later } = next;
  return later;
}

/** Of each cap the tighter one. */
export function tighterCaps(one: SpendingCaps, other: SpendingCaps): SpendingCaps {
  const caps = { ...NO_CAPS };
  for (const field of CAP_FIELDS) caps[field] = tighter(one[field], other[field]);
  return caps;
}

function tighter(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

/**
 * A viewer's own change of caps: what gets tighter holds at once, what gets looser from `looserAtMs` on. Whatever was
 * planned before is planned anew.
 */
export function planCaps(current: SpendingCaps, wanted: SpendingCaps, looserAtMs: number): PlannedCaps {
  const now = tighterCaps(current, wanted);
  const isLooser = CAP_FIELDS.some((field) => now[field] !== wanted[field]);
  return { ...now, next: isLooser ? { ...wanted, atMs: looserAtMs } : null };
}
