import fc from "fast-check";
import { expect, it } from "vitest";
import { CALENDAR_UTC_OFFSET_MINUTES, dayOf } from "./calendar";
import { cutRange, type RangePiece } from "./cut-range";

const HOUR_MS = 3_600_000;

/** Every hour of a piece, as milliseconds. */
function listHours({ fromDay, toDay, hours }: RangePiece): number[] {
  const all: number[] = [];
  const start = Date.parse(`${fromDay}T00:00:00Z`) - CALENDAR_UTC_OFFSET_MINUTES * 60_000;
  const end = Date.parse(`${toDay}T00:00:00Z`) - CALENDAR_UTC_OFFSET_MINUTES * 60_000;
  for (let at = start; at < end; at += HOUR_MS) {
    const hour = ((at - start) / HOUR_MS) % 24;
    if (!hours || (hour >= hours.from && hour < hours.to)) all.push(at);
  }
  return all;
}

it("every hour of a range is in one piece, and no other is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 200 }), (from, hours) => {
      const { whole, ends } = cutRange(from * HOUR_MS, (from + hours) * HOUR_MS);
      const pieces = [...(whole ? [whole] : []), ...ends].flatMap(listHours);
      expect(pieces.toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: hours }, (_, i) => (from + i) * HOUR_MS),
      );
      expect(ends.every((piece) => piece.hours !== null)).toBe(true);
      if (whole) expect(dayOf(Date.parse(`${whole.fromDay}T00:00:00+08:00`))).toBe(whole.fromDay);
    }),
  );
});
