import { dayOf, dayStart } from "./calendar";

/** What was watched and given longer ago says nothing any more: after six half-lives it would weigh a sixty-fourth. */
export const AFFINITY_DAYS = 84;
const HALF_LIFE_DAYS = 14;
const DAY_MS = 24 * 3_600_000;
const REFERENCE_DAY = "2026-01-01";
const UNIT = 1_024;
/** Chat of a day in one room counts up to so many messages. */
export const CHATS_MAX = 20;

const dayNumber = (day: string) => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

/** The date so many days later. */
export const addDays = (day: string, days: number): string =>
  new Date((dayNumber(day) + days) * DAY_MS).toISOString().slice(0, 10);

/**
 * What a score of a day is multiplied by before it is added up: twice as much every 14 days, so that older days weigh less
 * without being written again. A whole number times a power of two: sums of whole scores of `AFFINITY_DAYS` days are exact
 * in a double, in whatever order they are added and taken off.
 */
export function affinityUnitOf(day: string): number {
  const age = dayNumber(day) - dayNumber(REFERENCE_DAY);
  const halves = Math.floor(age / HALF_LIFE_DAYS);
  const rest = age - halves * HALF_LIFE_DAYS;
  return Math.round(UNIT * 2 ** (rest / HALF_LIFE_DAYS)) * 2 ** halves;
}

/** What a day of one viewer with one anchor counts, in thousandths: 3·log2(1 + coins) + minutes / 5 + 0.2 a message. */
export function affinityScoreOf(facts: { coins: number; watchedMs: number; chats: number }): number {
  const { coins, watchedMs, chats } = facts;
  const score = 3 * (Math.log(1 + coins) / Math.LN2) + watchedMs / 300_000 + 0.2 * Math.min(chats, CHATS_MAX);
  return Math.round(score * 1_000);
}

/** From when to when a day of the platform's calendar lasts. */
export function boundsOf(day: string): { from: Date; to: Date } {
  const from = dayStart(Date.parse(`${day}T00:00:00Z`));
  return { from, to: new Date(from.getTime() + DAY_MS) };
}

/** What is in the sums of a day. */
export interface KnownDay {
  watchMark: string | null;
  giftMark: string | null;
  readAtMs: number;
}

/** What is written at a time is there for everybody a minute later. */
const SEEN_AFTER_MS = 60_000;
/** What is written a moment before midnight may be seen a moment after it. */
const CLOSED_AFTER_MS = 10 * 60_000;

/**
 * Days that have to be counted anew, the oldest first: something came to them, a room changed its tags on them, they were read
 * before they were over and are now, or they are `AFFINITY_DAYS` old, and nothing of them counts any more.
 */
export function planAffinityDays(input: {
  nowMs: number;
  known: ReadonlyMap<string, KnownDay>;
  watchMarks: ReadonlyMap<string, string>;
  giftMarks: ReadonlyMap<string, string>;
  tagsChangedAtMs: number;
}): { day: string; isOver: boolean }[] {
  const { nowMs, known, watchMarks, giftMarks, tagsChangedAtMs } = input;
  const today = dayOf(nowMs);
  const first = addDays(today, 1 - AFFINITY_DAYS);
  const isOver = (day: string) => day < first || day > today;
  const isWanted = (day: string): boolean => {
    const counted = known.get(day);
    if (isOver(day)) return counted !== undefined;
    if (!counted) return true;
    const { watchMark, giftMark, readAtMs } = counted;
    const closedAtMs = boundsOf(day).to.getTime() + CLOSED_AFTER_MS;
    return (
      watchMark !== (watchMarks.get(day) ?? null) ||
      giftMark !== (giftMarks.get(day) ?? null) ||
      // Days before it keep their tags, and one that ends is read again anyway.
      (day === dayOf(tagsChangedAtMs) && readAtMs <= tagsChangedAtMs + SEEN_AFTER_MS) ||
      (readAtMs < closedAtMs && nowMs >= closedAtMs)
    );
  };
  return [...new Set([...known.keys(), ...watchMarks.keys(), ...giftMarks.keys()])]
    .filter(isWanted)
    .toSorted()
    .map((day) => ({ day, isOver: isOver(day) }));
}
