import { expect, it } from "vitest";
import { dayOf, dayStart, weekOf } from "./calendar";

it.each([
  ["2026-11-21T15:59:59.999Z", "2026-11-21", "2026-11-16"],
  ["2026-11-21T16:00:00Z", "2026-11-22", "2026-11-16"],
  ["2026-11-22T16:00:00Z", "2026-11-23", "2026-11-23"],
  ["2026-12-31T16:00:00Z", "2027-01-01", "2026-12-28"],
])("%s is %s in the week of %s", (at, day, week) => {
  expect(dayOf(Date.parse(at))).toBe(day);
  expect(weekOf(Date.parse(at))).toBe(week);
});

it.each([
  ["2026-11-21T15:59:59.999Z", "2026-11-20T16:00:00.000Z"],
  ["2026-11-21T16:00:00.000Z", "2026-11-21T16:00:00.000Z"],
])("the day of %s began at %s", (at, start) => {
  expect(dayStart(Date.parse(at)).toISOString()).toBe(start);
});
