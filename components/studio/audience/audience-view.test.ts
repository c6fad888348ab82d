import { describe, expect, it } from "vitest";
import type { AudienceFigures } from "@/domain/contracts/audience";
import { changedQuery } from "../../lib/use-address";
import { readView, splitsOf, toAddress } from "./audience-view";

const NONE = { groups: [], rest: null };
const figures: AudienceFigures = {
  week: "2026-11-16",
  madeAt: "2026-11-24T00:00:00.000Z",
  givers: {
    people: 30,
    amount: 300,
    splits: {
      gender: {
        groups: [
          { key: "female", people: 10, amount: 200 },
          { key: "male", people: 15, amount: 50 },
        ],
        rest: { people: 5, amount: 50 },
      },
      age: {
        groups: [
          { key: "25-34", people: 20, amount: 200 },
          { key: "unsaid", people: 10, amount: 20 },
          { key: "under18", people: 5, amount: 80 },
        ],
        rest: null,
      },
      region: NONE,
      tier: NONE,
      seen: NONE,
      hour: NONE,
      weekday: NONE,
    },
  },
  watchers: { people: 0, amount: null, splits: { gender: NONE, age: NONE, region: NONE, seen: NONE } },
};
const view = readView(new URLSearchParams());
const writeView = (of: typeof view) => changedQuery(new URLSearchParams(), Object.entries(toAddress(of)));
const keysOf = (split: string, change: Partial<typeof view> = {}) =>
  splitsOf(figures, { ...view, ...change })
    .find((one) => one.split === split)
    ?.rows.map(({ key }) => key);

describe("a view", () => {
  it("is the same after it stood in the address", () => {
    for (const query of [
      "",
      "week=2026-11-16",
      "side=watchers&measure=amount",
      "week=2026-11-16&side=watchers",
    ]) {
      expect(writeView(readView(new URLSearchParams(query)))).toBe(query);
    }
    expect(writeView(readView(new URLSearchParams("week=yesterday&side=all&measure=x")))).toBe("");
  });

  it("has the largest first, what has an order in its own, and the others last", () => {
    expect(keysOf("gender")).toEqual(["male", "female", "others"]);
    expect(keysOf("gender", { measure: "amount" })).toEqual(["female", "male", "others"]);
    expect(keysOf("age", { measure: "amount" })).toEqual(["under18", "25-34", "unsaid"]);
    expect(keysOf("gender", { side: "watchers" })).toEqual([]);
    expect(keysOf("hour", { side: "watchers" })).toBeUndefined();
  });
});
