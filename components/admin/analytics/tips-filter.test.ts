import { describe, expect, it } from "vitest";
import { hourEndOf, readFilter, toCsvAddress, toTipsInput, writeFilter } from "./tips-filter";

const NOW = Date.parse("2026-03-05T10:20:00Z");

describe("the filter in the address", () => {
  it("comes back as it was written, and nothing stands there by default", () => {
    expect(writeFilter(readFilter(new URLSearchParams()))).toBe("");
    const address = "from=2026-01-01T00%3A00%3A00.000Z&step=hour&anchorGender=female";
    expect(writeFilter(readFilter(new URLSearchParams(address)))).toBe(address);
  });

  it("takes what it cannot read for nothing", () => {
    const wild = new URLSearchParams("from=never&step=year&anchor=%27%3B--&viewerGender=x");
    expect(readFilter(wild)).toEqual(readFilter(new URLSearchParams()));
  });
});

it("without times asks for the last week until the hour is over", () => {
  expect(toTipsInput(readFilter(new URLSearchParams()), ["day"], hourEndOf(NOW))).toEqual({
    from: "2026-02-26T11:00:00.000Z",
    to: "2026-03-05T11:00:00.000Z",
    groupBy: ["day"],
  });
});

it("an address with days asks for those days before whatever time it is opened at", () => {
  const filter = readFilter(new URLSearchParams("days=30"));
  expect(writeFilter(filter)).toBe("days=30");
  expect(toTipsInput(filter, ["day"], hourEndOf(NOW))).toMatchObject({
    from: "2026-02-03T11:00:00.000Z",
    to: "2026-03-05T11:00:00.000Z",
  });
  const later = hourEndOf(NOW + 3_600_000);
  expect(toTipsInput(filter, ["day"], later)).toMatchObject({ to: "2026-03-05T12:00:00.000Z" });
  const fixed = readFilter(new URLSearchParams("days=30&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"));
  expect(toTipsInput(fixed, [], later)).toMatchObject({ from: "2026-01-01T00:00:00.000Z" });
});

it("the hour of a time is over at its end, and at once on the full hour", () => {
  expect(new Date(hourEndOf(NOW)).toISOString()).toBe("2026-03-05T11:00:00.000Z");
  expect(hourEndOf(Date.parse("2026-03-05T11:00:00Z"))).toBe(Date.parse("2026-03-05T11:00:00Z"));
});

it("the table to download is of the same filters", () => {
  const filter = readFilter(new URLSearchParams("viewerGender=other"));
  expect(toCsvAddress(toTipsInput(filter, ["hour", "anchor"], NOW))).toContain(
    "groupBy=hour%2Canchor&viewerGender=other",
  );
});
