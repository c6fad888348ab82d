import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlarmRule, CALM, type RuleState, stepRule } from "./alarm-rule";

const RULE: AlarmRule = { enabled: true, threshold: 10, clearAt: 5, forSeconds: 30 };

/** What happened at which second, of a figure that is looked at every ten. */
function run(values: readonly (number | null)[], rule = RULE, begin: RuleState = CALM) {
  let state = begin;
  const events: [number, string][] = [];
  for (const [index, value] of values.entries()) {
    const seconds = index * 10;
    const step = stepRule(rule, state, value, seconds * 1_000);
    state = step.state;
    if (step.event) events.push([seconds, step.event]);
  }
  return events;
}

describe("a rule", () => {
  it.each([
    ["fires when it was too much for long enough", [10, 10, 10, 10], [[30, "fired"]]],
    ["does not fire when it was less in between", [10, 10, 9, 10, 10, 10], []],
    ["clears at its other end only", [20, 20, 20, 20, 6, 6, 6, 6, 6], [[30, "fired"]]],
    [
      "clears when it was little for as long, not before",
      [20, 20, 20, 20, 5, 5, 6, 5, 5, 5, 5],
      [
        [30, "fired"],
        [100, "cleared"],
      ],
    ],
    ["takes what nobody knows for neither", [20, null, null, 20, null, null, null, 20], [[30, "fired"]]],
  ])("%s", (_what, values, events) => {
    expect(run(values)).toEqual(events);
  });

  it("fires and clears at once where it says so", () => {
    expect(run([10, 5, 10], { ...RULE, forSeconds: 0 })).toEqual([
      [0, "fired"],
      [10, "cleared"],
      [20, "fired"],
    ]);
  });

  it("clears when it is switched off", () => {
    expect(run([50], { ...RULE, enabled: false }, { isFiring: true, changingSinceMs: null })).toEqual([
      [0, "cleared"],
    ]);
    expect(run([50, 50, 50, 50], { ...RULE, enabled: false })).toEqual([]);
  });

  it("fires and clears in turn, whatever is seen", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }))), (values) => {
        const names = run(values, { ...RULE, forSeconds: 10 }).map(([, event]) => event);
        expect(names).toEqual(names.map((_, index) => (index % 2 === 0 ? "fired" : "cleared")));
      }),
    );
  });
});
