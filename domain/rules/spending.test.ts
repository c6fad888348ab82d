import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addSpent,
  capsAt,
  NO_CAPS,
  planCaps,
  type Spent,
  spendingDay,
  spentOn,
  tighterCaps,
} from "./spending";

describe("what was spent", () => {
  it("begins again with each day, and with each month", () => {
    let spent = addSpent(null, "2026-11-29", 10);
    expect(spent).toEqual({ day: "2026-11-29", dayCoins: 10, monthCoins: 10 });
    spent = addSpent(spent, "2026-11-30", 5);
    expect(spent).toEqual({ day: "2026-11-30", dayCoins: 5, monthCoins: 15 });
    spent = addSpent(spent, "2026-12-01", 3);
    expect(spent).toEqual({ day: "2026-12-01", dayCoins: 3, monthCoins: 3 });
    expect(spentOn(spent, "2027-12-01")).toEqual({ day: "2027-12-01", dayCoins: 0, monthCoins: 0 });
  });

  it("counts a late gift into its month, and into no later day or month", () => {
    const spent: Spent = { day: "2026-12-02", dayCoins: 7, monthCoins: 9 };
    expect(addSpent(spent, "2026-12-01", 5)).toEqual({ ...spent, monthCoins: 14 });
    expect(addSpent(spent, "2026-11-30", 5)).toEqual(spent);
  });

  it("comes to the sums of the latest day and month, in whatever order gifts come", () => {
    const days = ["2026-11-30", "2026-12-01", "2026-12-02"];
    const gifts = fc.array(fc.tuple(fc.constantFrom(...days), fc.integer({ min: 1, max: 100 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(gifts, (list) => {
        const spent = list.reduce<Spent | null>((sum, [day, coins]) => addSpent(sum, day, coins), null);
        const latest =
          list
            .map(([day]) => day)
            .sort()
            .at(-1) ?? "";
        // A day that others came after is over: what comes late for the latest day itself always counts.
        const afterFirst = list.slice(list.findIndex(([day]) => day === latest));
        const ofDay = afterFirst.filter(([day]) => day === latest).reduce((sum, [, coins]) => sum + coins, 0);
        expect(spent).toMatchObject({ day: latest, dayCoins: ofDay });
        const inMonth = list.filter(([day]) => day.slice(0, 7) === latest.slice(0, 7));
        expect(spent?.monthCoins).toBe(inMonth.reduce((sum, [, coins]) => sum + coins, 0));
      }),
    );
  });

  it("changes at midnight in China", () => {
    const midnight = Date.parse("2026-12-01T00:00:00+08:00");
    expect(spendingDay(midnight - 1)).toBe("2026-11-30");
    expect(spendingDay(midnight)).toBe("2026-12-01");
    expect(spendingDay(midnight - 1)).toBe("2026-11-30");
  });
});

describe("caps", () => {
  const caps = (giftCoinsMax: number | null, dayCoinsMax: number | null = null) => ({
    ...NO_CAPS,
    giftCoinsMax,
    dayCoinsMax,
  });

  it("holds the tighter of two", () => {
    expect(tighterCaps(caps(5, null), caps(7, 9))).toEqual(caps(5, 9));
  });

  it("tightens at once and loosens later", () => {
    const planned = planCaps(caps(10, 100), caps(20, 50), 1_000);
    expect(capsAt(planned, 999)).toEqual(caps(10, 50));
    expect(capsAt(planned, 1_000)).toEqual(caps(20, 50));
    expect(planCaps(caps(10), caps(5, 7), 1_000)).toEqual({ ...caps(5, 7), next: null });
    expect(planCaps(caps(10), caps(null), 1_000)).toEqual({ ...caps(10), next: { ...NO_CAPS, atMs: 1_000 } });
  });
});
