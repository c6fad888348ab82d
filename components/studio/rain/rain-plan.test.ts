import { describe, expect, it } from "vitest";
import { checkPlan, EMPTY_PLAN, type RainPlan, sizeUp, toCreateInput } from "./rain-plan";

const POLICY = {
  budgetCoinsMax: 10_000,
  dayBudgetCoinsMax: 50_000,
  packetCountMax: 500,
  durationSecondsMax: 300,
  claimsPerViewerMax: 3,
  madeGoodDayCoinsMax: 0,
};
const NOW_MS = new Date("2026-05-01T12:00").getTime();
const PLAN: RainPlan = { ...EMPTY_PLAN, budgetCoins: 1_000, packetCount: 50 };
const check = (changes: Partial<RainPlan>) => checkPlan({ ...PLAN, ...changes }, POLICY, NOW_MS);

describe("checkPlan", () => {
  it("finds nothing wrong with what fits", () => {
    expect(Object.values(check({ startsAt: "2026-05-01T12:01" })).filter(Boolean)).toEqual([]);
  });

  it("asks for a coin in each packet", () => {
    expect(check({ budgetCoins: 49 }).budgetCoins).toEqual({ kind: "min", bound: 50 });
    expect(check({ budgetCoins: 50 }).budgetCoins).toBeUndefined();
  });

  it("knows the limits", () => {
    const problems = check({
      budgetCoins: 10_001,
      packetCount: 501,
      durationSeconds: 301,
      claimsPerViewer: 4,
    });
    expect(problems).toMatchObject({
      budgetCoins: { kind: "max", bound: 10_000 },
      packetCount: { kind: "max", bound: 500 },
      durationSeconds: { kind: "max", bound: 300 },
      claimsPerViewer: { kind: "max", bound: 3 },
    });
    expect(check({ durationSeconds: 4, packetCount: 0 })).toMatchObject({
      durationSeconds: { kind: "min", bound: 5 },
      packetCount: { kind: "min", bound: 1 },
    });
  });

  it("needs whole numbers", () => {
    expect(check({ budgetCoins: "", packetCount: 1.5 })).toMatchObject({
      budgetCoins: { kind: "needed" },
      packetCount: { kind: "needed" },
    });
  });

  it("plans no start in the past or further than a day away", () => {
    expect(check({ startsAt: "2026-05-01T12:00" }).startsAt).toEqual({ kind: "time" });
    expect(check({ startsAt: "2026-05-02T12:01" }).startsAt).toEqual({ kind: "time" });
    expect(check({ startsAt: "2026-05-" }).startsAt).toEqual({ kind: "time" });
  });
});

describe("toCreateInput", () => {
  it("sends a planned start as an instant, and none where there is none", () => {
    expect(toCreateInput({ ...PLAN, startsAt: "2026-05-01T12:01" }).startsAt).toBe(
      new Date("2026-05-01T12:01").toISOString(),
    );
    expect(toCreateInput(PLAN)).toEqual({
      budgetCoins: 1_000,
      packetCount: 50,
      durationSeconds: 60,
      claimsPerViewer: 1,
      fundedBy: "anchor",
    });
  });
});

describe("sizeUp", () => {
  it("tells average and usual maximum in whole numbers", () => {
    expect(sizeUp({ budgetCoins: 1_000, packetCount: 3 })).toEqual({
      averageTenths: 3_333,
      usualMaxCoins: 665,
    });
    expect(sizeUp({ budgetCoins: 50, packetCount: 50 })).toEqual({ averageTenths: 10, usualMaxCoins: 1 });
  });

  it("has nothing to tell of what cannot be split", () => {
    expect(sizeUp({ budgetCoins: 49, packetCount: 50 })).toBeNull();
    expect(sizeUp({ budgetCoins: "", packetCount: "" })).toBeNull();
  });
});
