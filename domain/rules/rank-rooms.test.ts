import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byViewers, type Neighbours, nearnessOf, rankRooms, type Taste } from "./rank-rooms";

const compareIds = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const room = (anchor: string, tags: string[], viewers = 10) => ({ anchor, tags, viewers });
const tasteOf = (tags: Record<string, number>, anchors: Record<string, number> = {}): Taste<string> => ({
  tags: new Map(Object.entries(tags)),
  anchors: new Map(Object.entries(anchors)),
});
const none: Neighbours<string> = new Map();
const rank = (rooms: ReturnType<typeof room>[], taste: Taste<string>, neighbours = none, seed = "today:me") =>
  rankRooms(rooms, taste, neighbours, { seed, compareIds }).map(({ room: { anchor }, reason }) => ({
    anchor,
    reason,
  }));

describe("somebody's own order", () => {
  it("has what they watch first, and says so", () => {
    const rooms = [room("dance", ["dance"], 90), room("piano", ["piano"], 3), room("talk", ["talk"], 50)];
    expect(rank(rooms, tasteOf({ piano: 5, talk: 1 }))).toEqual([
      { anchor: "piano", reason: { kind: "tag", tag: "piano" } },
      { anchor: "talk", reason: { kind: "tag", tag: "talk" } },
      { anchor: "dance", reason: null },
    ]);
  });

  it("has whom they come back to before others of the same kind", () => {
    const rooms = [room("a", ["piano"], 90), room("b", ["piano"], 3)];
    expect(rank(rooms, tasteOf({ piano: 5 }, { b: 9 }))[0]).toEqual({
      anchor: "b",
      reason: { kind: "return" },
    });
  });

  it("knows what those who watch the same watch besides, and names both", () => {
    const near = new Map([["piano", [{ tag: "tea", nearness: 0.8 }]]]);
    const rooms = [room("talk", ["talk"], 90), room("tea", ["tea"], 3)];
    expect(rank(rooms, tasteOf({ piano: 5 }), near)[0]).toEqual({
      anchor: "tea",
      reason: { kind: "near", tag: "tea", own: "piano" },
    });
  });

  it("counts all tags of a room: one that fits among many is worth less", () => {
    const rooms = [room("many", ["piano", "a", "b", "c"], 10), room("one", ["piano"], 10)];
    expect(rank(rooms, tasteOf({ piano: 5 })).map(({ anchor }) => anchor)).toEqual(["one", "many"]);
  });

  it("of nobody in particular is that of the fullest, without a reason", () => {
    const rooms = [room("c", ["x"], 5), room("a", ["y"], 9), room("b", [], 9)];
    expect(rank(rooms, tasteOf({}))).toEqual(
      rooms.toSorted(byViewers(compareIds)).map(({ anchor }) => ({ anchor, reason: null })),
    );
  });
});

describe("one slot in six", () => {
  const many = Array.from({ length: 30 }, (_, i) =>
    room(`r${String(i).padStart(2, "0")}`, ["other"], 100 - i),
  );
  const liked = Array.from({ length: 12 }, (_, i) => room(`l${String(i).padStart(2, "0")}`, ["piano"], 50));
  const taste = tasteOf({ piano: 1 });

  it("is for a room that few have found", () => {
    const found = rank([...many, ...liked], taste).flatMap(({ reason }, at) =>
      reason?.kind === "found" ? [at + 1] : [],
    );
    expect(found).toEqual([6, 12, 18, 24, 30, 36, 42]);
  });

  it("has another room for another viewer and another day, and the same one otherwise", () => {
    const foundBy = (seed: string) =>
      rank([...many, ...liked], taste, none, seed).flatMap(({ anchor, reason }) =>
        reason?.kind === "found" ? [anchor] : [],
      );
    expect(foundBy("today:me")).toEqual(foundBy("today:me"));
    expect(foundBy("today:you")).not.toEqual(foundBy("today:me"));
    expect(foundBy("tomorrow:me")).not.toEqual(foundBy("today:me"));
  });

  it("is none where all rooms are seen anyway", () => {
    const few = rank(many.slice(0, 6), taste);
    expect(few.some(({ reason }) => reason?.kind === "found")).toBe(false);
  });
});

it("every room is there once, whatever is known", () => {
  const anyRoom = fc.record({
    anchor: fc.uuid(),
    tags: fc.subarray(["a", "b", "c", "d"]),
    viewers: fc.nat(50),
  });
  const anyWeights = fc.dictionary(
    fc.constantFrom("a", "b", "c", "d"),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(anyRoom, { selector: ({ anchor }) => anchor, maxLength: 40 }),
      anyWeights,
      fc.string(),
      (rooms, weights, seed) => {
        const ranked = rank(rooms, tasteOf(weights), new Map([["a", [{ tag: "b", nearness: 0.5 }]]]), seed);
        const ids = (list: readonly { anchor: string }[]) => list.map(({ anchor }) => anchor).toSorted();
        expect(ids(ranked)).toEqual(ids(rooms));
      },
    ),
  );
});

it("nearness begins where chance ends", () => {
  expect([0.5, 1, 2, 10].map(nearnessOf)).toEqual([0, 0, 0.5, 0.9]);
});
