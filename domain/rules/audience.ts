import { CALENDAR_UTC_OFFSET_MINUTES, weekOf } from "./calendar";

const DAY_MS = 24 * 3_600_000;
export const WEEK_MS = 7 * DAY_MS;

/** An anchor sees no group of fewer people, so that nobody's answers or gifts can be told from a figure. */
const GROUP_PEOPLE_MIN = 5;
/** More groups than this are no chart; the others stand together. */
const GROUPS_MAX = 24;
/** Whole weeks that an anchor may look at, and that "returning" looks back. */
export const AUDIENCE_WEEKS = 12;

/** Who is looked at, and by what. */
export const AUDIENCE_SIDES = ["givers", "watchers"] as const;
export type AudienceSide = (typeof AUDIENCE_SIDES)[number];
export const GIVER_SPLITS = ["gender", "age", "region", "tier", "seen", "weekday", "hour"] as const;
export type GiverSplit = (typeof GIVER_SPLITS)[number];
export const WATCHER_SPLITS = ["gender", "age", "region", "seen"] as const;
export type WatcherSplit = (typeof WATCHER_SPLITS)[number];

type AgeBand = "under18" | "18-24" | "25-34" | "35-44" | "45-54" | "55up" | "unsaid";

/** The band of whoever was born in a year; only the year is known. */
export function ageBandOf(birthYear: number | null, inYear: number): AgeBand {
  if (birthYear === null) return "unsaid";
  const age = inYear - birthYear;
  if (age < 18) return "under18";
  if (age < 25) return "18-24";
  if (age < 35) return "25-34";
  if (age < 45) return "35-44";
  return age < 55 ? "45-54" : "55up";
}

/** Mondays of the weeks that are over, the latest first. Weeks do not overlap: no two of them have a difference that is a third. */
export function wholeWeeksBefore(nowMs: number): string[] {
  return Array.from({ length: AUDIENCE_WEEKS }, (_, i) => weekOf(nowMs - (i + 1) * WEEK_MS));
}

/** When the week of a Monday began. */
export function weekStart(monday: string): Date {
  return new Date(Date.parse(`${monday}T00:00:00Z`) - CALENDAR_UTC_OFFSET_MINUTES * 60_000);
}

/** The days of so many weeks from a Monday on. */
export function daysOfWeeks(monday: string, weeks: number): string[] {
  const fromMs = Date.parse(`${monday}T00:00:00Z`);
  return Array.from({ length: weeks * 7 }, (_, day) =>
    new Date(fromMs + day * DAY_MS).toISOString().slice(0, 10),
  );
}

/** People who have something in common, and what they come to together. */
export interface PeopleGroup {
  key: string;
  people: number;
  amount: number;
}

/** What an anchor is shown of a breakdown: `people` is "at least", in fives. */
export interface ShownGroups {
  groups: PeopleGroup[];
  /** All who stand in no group that is shown; null where nobody does, or nothing may be shown. */
  rest: Omit<PeopleGroup, "key"> | null;
}

/**
 * People in whole fives, downwards: a difference of two figures never is a group that is too small to be shown, whichever
 * two of the page they are (who watched and who gave, a total and its parts).
 */
export const inFives = (people: number): number => Math.floor(people / GROUP_PEOPLE_MIN) * GROUP_PEOPLE_MIN;

/**
 * Leaves out groups that are too small to be shown. What is left out can be computed, as all without those that are shown;
 * therefore it is large enough, too, or takes the smallest of them along.
 *
 * @param overlap whether somebody may be in several groups, as in hours: then nothing is known of several but that they are
 *   at least as many as the largest of them.
 */
export function hideSmallGroups(groups: readonly PeopleGroup[], overlap = false): ShownGroups {
  const largestFirst = groups
    .filter(({ people }) => people > 0)
    .toSorted((a, b) => b.people - a.people || (a.key < b.key ? -1 : 1));
  const isShown = ({ people }: PeopleGroup, place: number) =>
    people >= GROUP_PEOPLE_MIN && place < GROUPS_MAX;
  const large = largestFirst.filter(isShown).length;
  const small = peopleOf(largestFirst.slice(large), overlap);
  const shown = largestFirst.slice(0, small > 0 && small < GROUP_PEOPLE_MIN ? Math.max(0, large - 1) : large);
  if (shown.length === 0) return { groups: [], rest: null };
  const hidden = largestFirst.slice(shown.length);
  return {
    // By name: an order by size would tell apart what the fives make the same.
    groups: shown
      .map((group) => ({ ...group, people: inFives(group.people) }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    rest:
      hidden.length === 0
        ? null
        : { people: inFives(peopleOf(hidden, overlap)), amount: sumOf(hidden, ({ amount }) => amount) },
  };
}

const sumOf = <T>(list: readonly T[], value: (one: T) => number) =>
  list.reduce((sum, one) => sum + value(one), 0);

const peopleOf = (groups: readonly PeopleGroup[], overlap: boolean): number =>
  overlap ? Math.max(0, ...groups.map(({ people }) => people)) : sumOf(groups, ({ people }) => people);
