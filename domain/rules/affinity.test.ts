import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AFFINITY_DAYS, addDays, affinityScoreOf, affinityUnitOf, planAffinityDays } from "./affinity";

const anyDay = fc.integer({ min: -400, max: 12_000 }).map((days) => addDays("2026-01-01", days));

describe("the unit of a day", () => {
  it("is twice as much every 14 days, and grows with each", () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(affinityUnitOf(addDays(day, 14))).toBe(2 * affinityUnitOf(day));
        expect(affinityUnitOf(addDays(day, 1))).toBeGreaterThan(affinityUnitOf(day));
      }),
    );
  });

  it("keeps sums of the days that count exact, in whatever order scores come and go", () => {
    const anyEntry = fc.record({
      ago: fc.integer({ min: 0, max: AFFINITY_DAYS - 1 }),
      score: fc.integer({ min: 1, max: 2 ** 22 }),
      isGone: fc.boolean(),
    });
    fc.assert(
      fc.property(anyDay, fc.array(anyEntry, { maxLength: 200 }), fc.nat(), (day, entries, turn) => {
        const weights = entries.map(({ ago, score }) => score * affinityUnitOf(addDays(day, -ago)));
        const kept = weights.filter((_, at) => !entries[at]?.isGone);
        const plain = kept.reduce((sum, weight) => sum + weight, 0);
        const at = turn % Math.max(1, weights.length);
        const turned = [...weights.slice(at), ...weights.slice(0, at)];
        const all = turned.reduce((sum, weight) => sum + weight, 0);
        const left = weights.filter((_, i) => entries[i]?.isGone).reduce((sum, weight) => sum - weight, all);
        expect(left).toBe(plain);
      }),
    );
  });
});

it("a score is three a doubling of coins, one for five minutes, and a fifth a message up to twenty", () => {
  expect(affinityScoreOf({ coins: 1, watchedMs: 0, chats: 0 })).toBe(3_000);
  expect(affinityScoreOf({ coins: 0, watchedMs: 600_000, chats: 0 })).toBe(2_000);
  expect(affinityScoreOf({ coins: 0, watchedMs: 0, chats: 20 })).toBe(4_000);
  expect(affinityScoreOf({ coins: 0, watchedMs: 0, chats: 21 })).toBe(4_000);
  expect(affinityScoreOf({ coins: 3, watchedMs: 300_000, chats: 5 })).toBe(8_000);
});

describe("the days to count", () => {
  const today = "2026-11-30";
  const nowMs = Date.parse("2026-11-30T03:00:00Z");
  const day = "2026-11-20";
  const plan = (given: Partial<Parameters<typeof planAffinityDays>[0]>) =>
    planAffinityDays({
      nowMs,
      known: new Map(),
      watchMarks: new Map(),
      giftMarks: new Map(),
      tagsChangedAtMs: 0,
      ...given,
    }).map((one) => (one.isOver ? `${one.day} over` : one.day));
  const known = (of: string, marks: readonly [string | null, string | null], readAtMs = nowMs - 1) =>
    new Map([[of, { watchMark: marks[0], giftMark: marks[1], readAtMs }]]);
  const marked = { watchMarks: new Map([[day, "a"]]), giftMarks: new Map([[day, "b"]]) };

  it("are at first all that something came to, the oldest first", () => {
    const giftMarks = new Map([["2026-11-03", "b"]]);
    expect(plan({ ...marked, giftMarks })).toEqual(["2026-11-03", day]);
  });

  it("are none when nothing came", () => {
    expect(plan({ known: known(day, ["a", "b"]), ...marked })).toEqual([]);
  });

  it.each([
    ["somebody watched", ["x", "b"]],
    ["somebody gave or took back", ["a", "x"]],
    ["a store was put back to before it", [null, "b"]],
  ] as const)("are those whose marks differ: %s", (_, marks) => {
    expect(plan({ known: known(day, marks), ...marked })).toEqual([day]);
  });

  it("are those on which a room changed its tags, where they were read before", () => {
    const tagsChangedAtMs = nowMs - 3_600_000;
    const readAt = (ms: number) => plan({ known: known(today, [null, null], ms), tagsChangedAtMs });
    expect(readAt(tagsChangedAtMs - 1)).toEqual([today]);
    // Somebody may have read while it was being written.
    expect(readAt(tagsChangedAtMs + 1)).toEqual([today]);
    expect(readAt(tagsChangedAtMs + 120_000)).toEqual([]);
    expect(plan({ known: known(day, ["a", "b"]), ...marked, tagsChangedAtMs })).toEqual([]);
  });

  it("are read again once they are over, when they were read before", () => {
    const endMs = Date.parse("2026-11-30T16:00:00Z");
    const at = (readAtMs: number, now: number) =>
      plan({ nowMs: now, known: known(today, [null, null], readAtMs) });
    expect(at(endMs - 60_000, endMs - 1)).toEqual([]);
    expect(at(endMs - 60_000, endMs + 3_600_000)).toEqual([today]);
    expect(at(endMs + 60_000, endMs + 3_600_000)).toEqual([today]);
    expect(at(endMs + 3_600_000, endMs + 7_200_000)).toEqual([]);
  });

  it("are taken off when they are too old, and never counted then", () => {
    const old = addDays(today, -AFFINITY_DAYS);
    expect(plan({ known: known(old, [null, null]) })).toEqual([`${old} over`]);
    expect(plan({ known: known(addDays(old, 1), [null, null]) })).toEqual([]);
    expect(plan({ watchMarks: new Map([[old, "a"]]) })).toEqual([]);
  });
});
