import { expect, it } from "vitest";
import { combineRestrictions, requireNotKicked, requireNotMuted } from "./restrictions";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const minutesFromNow = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const row = (kind: "kick" | "mute", minutes: number | null, reason: string | null = null) => ({
  userId: "u",
  kind,
  until: minutes === null ? null : minutesFromNow(minutes),
  reason,
});

it("ends each by itself, to the millisecond", () => {
  const rows = [row("kick", 5, "spam"), row("mute", 10)];
  expect(combineRestrictions(rows, NOW)).toEqual({
    kick: { until: minutesFromNow(5), reason: "spam" },
    mute: { until: minutesFromNow(10), reason: null },
  });
  expect(combineRestrictions(rows, new Date(minutesFromNow(5).getTime() - 1)).kick).not.toBeNull();
  expect(combineRestrictions(rows, minutesFromNow(5))).toMatchObject({ kick: null });
  expect(combineRestrictions(rows, minutesFromNow(10))).toEqual({ kick: null, mute: null });
});

it("takes of several the one that ends last, and none as the latest of all", () => {
  const rows = [row("kick", 5, "a"), row("kick", 50, "b"), row("kick", 20, "c")];
  expect(combineRestrictions(rows, NOW).kick?.reason).toBe("b");
  expect(combineRestrictions([...rows, row("kick", null, "d")], NOW).kick).toEqual({
    until: new Date("9999-12-31T23:59:59.000Z"),
    reason: "d",
  });
});

it("refuses by name, with the end and the reason", () => {
  const restrictions = combineRestrictions([row("kick", 5, "spam"), row("mute", null)], NOW);
  expect(() => requireNotKicked(restrictions)).toThrow(
    expect.objectContaining({
      bizName: "KICKED",
      details: { until: "2026-11-21T12:05:00.000Z", reason: "spam" },
    }),
  );
  expect(() => requireNotMuted(restrictions)).toThrow(
    expect.objectContaining({ bizName: "MUTED", details: { until: "9999-12-31T23:59:59.000Z" } }),
  );
  requireNotKicked(combineRestrictions([], NOW));
});
