import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ageBandOf,
  daysOfWeeks,
  hideSmallGroups,
  inFives,
  type PeopleGroup,
  weekStart,
  wholeWeeksBefore,
} from "./audience";

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

const anyGroups = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 40 }).chain((keys) =>
  fc.tuple(
    ...keys.map((key) =>
      fc.record({
        key: fc.constant(key),
        people: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 5_000 })),
        amount: fc.integer({ min: 0, max: 1_000_000 }),
      }),
    ),
  ),
);

describe("small groups", () => {
  const groups = (...people: number[]): PeopleGroup[] =>
    people.map((count, i) => ({ key: `g${i}`, people: count, amount: count * 10 }));

  it("stand together when together they are large enough", () => {
    expect(hideSmallGroups(groups(12, 3, 2))).toEqual({
      groups: [{ key: "g0", people: 10, amount: 120 }],
      rest: { people: 5, amount: 50 },
    });
  });

  it("take the smallest of the others along when they are not", () => {
    expect(hideSmallGroups(groups(12, 7, 4))).toEqual({
      groups: [{ key: "g0", people: 10, amount: 120 }],
      rest: { people: 10, amount: 110 },
    });
  });

  it("hide everything when nothing else is left", () => {
    expect(hideSmallGroups(groups(12, 1))).toEqual({ groups: [], rest: null });
    expect(hideSmallGroups(groups(4, 4, 4))).toEqual({ groups: [], rest: null });
    expect(hideSmallGroups(groups(4))).toEqual({ groups: [], rest: null });
    expect(hideSmallGroups([])).toEqual({ groups: [], rest: null });
  });

  it("may be the same people where groups overlap", () => {
    expect(hideSmallGroups(groups(12, 9, 4, 4), true)).toEqual({
      groups: [{ key: "g0", people: 10, amount: 120 }],
      rest: { people: 5, amount: 170 },
    });
  });

  it("are neither shown nor what all others leave", () => {
    fc.assert(
      fc.property(anyGroups, (all) => {
        const { groups: shown, rest } = hideSmallGroups(all);
        const named = new Map(all.map((group) => [group.key, group]));
        const people = sum(all.map((group) => group.people));
        const seen = shown.map(({ key }) => named.get(key)?.people ?? 0);
        for (const count of seen) expect(count).toBeGreaterThanOrEqual(5);
        const left = people - sum(seen);
        if (shown.length > 0) {
          expect(left === 0 || left >= 5).toBe(true);
          expect(rest !== null).toBe(left > 0);
          expect(sum(shown.map(({ amount }) => amount)) + (rest?.amount ?? 0)).toBe(
            sum(all.filter((group) => group.people > 0).map(({ amount }) => amount)),
          );
        } else expect(rest).toBeNull();
        for (const group of [...shown, ...(rest ? [rest] : [])]) expect(group.people % 5).toBe(0);
        expect(shown.map(({ key }) => key)).toEqual(
          shown.map(({ key }) => key).toSorted((a, b) => (a < b ? -1 : 1)),
        );
      }),
    );
  });

  it("cannot be told from two counts: what differs by fewer than five may as well be the same", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 4 }), (people, fewer) => {
        const difference = inFives(people + fewer) - inFives(people);
        expect([0, 5]).toContain(difference);
      }),
    );
  });
});

describe("weeks", () => {
  it("are those that are over, by the platform's calendar", () => {
    // 2026-11-29 is a Sunday; at 16:00 UTC Monday begins in China.
    expect(wholeWeeksBefore(Date.parse("2026-11-29T15:59:59Z")).slice(0, 2)).toEqual([
      "2026-11-16",
      "2026-11-09",
    ]);
    expect(wholeWeeksBefore(Date.parse("2026-11-29T16:00:00Z"))[0]).toBe("2026-11-23");
    expect(weekStart("2026-11-23")).toEqual(new Date("2026-11-22T16:00:00Z"));
    expect(daysOfWeeks("2026-11-23", 1)).toEqual([
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
      "2026-11-26",
      "2026-11-27",
      "2026-11-28",
      "2026-11-29",
    ]);
  });
});

it("knows bands of ages by the year of birth", () => {
  expect([2009, 2008, 2001, 1991, 1981, 1971, 1900, null].map((year) => ageBandOf(year, 2026))).toEqual([
    "under18",
    "18-24",
    "25-34",
    "35-44",
    "45-54",
    "55up",
    "55up",
    "unsaid",
  ]);
});
