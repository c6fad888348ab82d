import { describe, expect, it } from "vitest";
import { parseAddressRange } from "./address-range";
import { BlockedRanges } from "./blocked-ranges";
import { type ClientAddress, parseAddress, UNKNOWN_ADDRESS } from "./client-address";

const textOf = (text: string) => {
  const range = parseAddressRange(text);
  return typeof range === "string" ? range : range.text;
};
const at = (text: string): ClientAddress => parseAddress(text) ?? UNKNOWN_ADDRESS;

describe("a range", () => {
  it.each([
    ["203.0.113.9", "203.0.113.9/32"],
    ["::ffff:203.0.113.9", "203.0.113.9/32"],
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["2001:db8::9/128", "2001:db8::9/128"],
  ])("is read: %s is %s", (text, range) => {
    expect(textOf(text)).toBe(range);
    expect(textOf(range)).toBe(range);
  });

  it.each([
    ["0.0.0.0/0", "too-wide"],
    ["10.0.0.0/7", "too-wide"],
    ["::/0", "too-wide"],
    ["10.0.0.5/8", "address-inside"],
    ["2001:db8::1/64", "address-inside"],
    ["::ffff:10.0.0.0/104", "not-a-range"],
    ["10.0.0.0/33", "not-a-range"],
    ["2001:db8::/129", "not-a-range"],
    ["10.0.0.0/-1", "not-a-range"],
    ["10.0.0.0/", "not-a-range"],
    ["10.0.0.0/8/8", "not-a-range"],
    ["10.1", "not-a-range"],
    ["0x7f000001", "not-a-range"],
    ["fe80::1%eth0", "not-a-range"],
    ["", "not-a-range"],
    ["/8", "not-a-range"],
  ])("%s is refused: %s", (text, refusal) => {
    expect(parseAddressRange(text)).toBe(refusal);
  });
});

describe("blocked ranges", () => {
  it("turn away whoever is inside, however the address is written", () => {
    const blocked = new BlockedRanges();
    expect(blocked.has(at("203.0.113.9"))).toBe(false);
    expect(
      blocked.hold([
        { range: "203.0.113.0/24", leftMs: null },
        { range: "2001:db8:1:2::/64", leftMs: null },
      ]),
    ).toBe(true);
    for (const inside of ["203.0.113.0", "203.0.113.255", "::ffff:203.0.113.9", "2001:db8:1:2:ffff::1"]) {
      expect(blocked.has(at(inside))).toBe(true);
    }
    for (const outside of ["203.0.112.255", "203.0.114.0", "2001:db8:1:3::1", "::1"]) {
      expect(blocked.has(at(outside))).toBe(false);
    }
    expect(blocked.has(UNKNOWN_ADDRESS)).toBe(false);
  });

  it("are what was said last, also for addresses that were judged before", () => {
    const blocked = new BlockedRanges();
    blocked.hold([{ range: "203.0.113.0/24", leftMs: null }]);
    expect(blocked.has(at("203.0.113.9"))).toBe(true);
    expect(blocked.hold([{ range: "203.0.113.0/24", leftMs: null }])).toBe(false);
    expect(blocked.hold([{ range: "198.51.100.0/24", leftMs: null }])).toBe(true);
    expect(blocked.has(at("203.0.113.9"))).toBe(false);
    expect(blocked.has(at("198.51.100.1"))).toBe(true);
  });

  it("end by themselves, each in its time", () => {
    const blocked = new BlockedRanges();
    blocked.hold(
      [
        { range: "203.0.113.0/24", leftMs: 1_000 },
        { range: "198.51.100.0/24", leftMs: 5_000 },
        { range: "192.0.2.0/24", leftMs: 0 },
      ],
      10_000,
    );
    const held = (nowMs: number) =>
      ["203.0.113.9", "198.51.100.1", "192.0.2.1"].map((text) => blocked.has(at(text), nowMs));
    expect(held(10_999)).toEqual([true, true, false]);
    expect(held(11_000)).toEqual([false, true, false]);
    expect(held(15_000)).toEqual([false, false, false]);
    expect(blocked.isEmpty).toBe(true);
  });

  it("leave out what is no range", () => {
    const blocked = new BlockedRanges();
    expect(
      blocked.hold([
        { range: "nonsense", leftMs: null },
        { range: "0.0.0.0/0", leftMs: null },
      ]),
    ).toBe(false);
    expect(blocked.has(at("203.0.113.9"))).toBe(false);
  });
});
