import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Percentiles } from "@/domain/contracts/simulator";
import { findInvalidities, findLimit, nameFullResource } from "./judge-run";

const lag = (p99Ms: number): Percentiles => ({ count: 1, p50Ms: 1, p90Ms: 1, p99Ms, p999Ms: 99, maxMs: 99 });
const gifts = (intended: number, sent = intended) => ({
  intended,
  sent,
  accepted: sent,
  paid: sent,
  failed: 0,
  refused: {},
});
const plan = { giftsPerSecond: 100, seconds: 10 };

describe("findInvalidities", () => {
  it("takes a run as planned for valid", () => {
    expect(findInvalidities({ ...plan, ownLag: lag(10), gifts: gifts(1_010) }, true)).toEqual([]);
  });

  it.each([
    ["was late itself", { ...plan, ownLag: lag(10.01), gifts: gifts(1_000) }],
    ["left gifts out", { ...plan, ownLag: lag(1), gifts: gifts(1_000, 999) }],
    ["meant far fewer than planned", { ...plan, ownLag: lag(1), gifts: gifts(500) }],
    ["sent nothing", { ...plan, ownLag: null, gifts: gifts(0) }],
  ])("refuses one that %s", (_, measured) => {
    expect(findInvalidities(measured, true)).toHaveLength(1);
  });
});

describe("nameFullResource", () => {
  it("names all cores, one thread, or nothing", () => {
    expect(nameFullResource({ web: 0.9, postgres: 0.95 }, 2)).toMatch(
      /^all 2 cores \(postgres 0.95, web 0.90/,
    );
    expect(nameFullResource({ web: 0.95, postgres: 0.1 }, 8)).toMatch(/thread of web/);
    expect(nameFullResource({ web: 0.4, postgres: 0.1 }, 2)).toBeNull();
    expect(nameFullResource({}, 2)).toBeNull();
  });
});

describe("findLimit", () => {
  it("comes within the step of the rate from which it is bad", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: 1_900 }), async (limit) => {
        const { rate, endedBy } = await findLimit({ low: 50, high: 2_000, within: 0.05 }, async (tried) =>
          tried <= limit ? "good" : "bad",
        );
        expect(endedBy).toBe("found");
        expect(rate).toBeLessThanOrEqual(limit);
        expect(rate).toBeGreaterThanOrEqual(limit * 0.94 - 1);
      }),
      { numRuns: 100 },
    );
  });

  it("says when the range holds no limit, and believes no invalid try", async () => {
    const range = { low: 50, high: 400, within: 0.05 };
    expect(await findLimit(range, async () => "good")).toEqual({ rate: 400, endedBy: "never bad" });
    expect(await findLimit(range, async () => "bad")).toEqual({ rate: 0, endedBy: "never good" });
    expect(await findLimit(range, async (rate) => (rate > 100 ? "invalid" : "good"))).toMatchObject({
      endedBy: "invalid",
    });
    let tries = 0;
    const once = await findLimit(range, async (rate) =>
      rate === 50 && tries++ === 0 ? "invalid" : rate <= 200 ? "good" : "bad",
    );
    expect(once).toMatchObject({ endedBy: "found" });
  });
});
