import { expect, it } from "vitest";
import { parsePrefixBudgets } from "./prefix-budgets";

it("reads budgets, the longest prefix first", () => {
  expect(parsePrefixBudgets("")).toEqual([]);
  expect(parsePrefixBudgets("1:100, +1876:0,86:5000")).toEqual([
    { prefix: "1876", limit: 0 },
    { prefix: "86", limit: 5000 },
    { prefix: "1", limit: 100 },
  ]);
});

it.each(["86", "86:", ":5", "086:5", "86:-1", "86:1e3", "86:5,,"])("refuses %s", (text) => {
  expect(() => parsePrefixBudgets(text)).toThrow(/Not a budget/);
});
