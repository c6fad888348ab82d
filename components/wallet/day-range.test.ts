import { expect, it } from "vitest";
import { dayRange } from "./day-range";

it("covers whole local days, the last one included", () => {
  const { from, to } = dayRange("2030-03-05", "2030-03-05");
  expect(new Date(from ?? "").getTime()).toBe(new Date(2030, 2, 5).getTime());
  expect(new Date(to ?? "").getTime()).toBe(new Date(2030, 2, 6).getTime());
});

it("leaves open ends open and ignores half-typed dates", () => {
  expect(dayRange("", "")).toEqual({});
  expect(dayRange("2030-0", "")).toEqual({});
});
