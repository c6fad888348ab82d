import { expect, it } from "vitest";
import { maskAddress, maskName, maskNumber } from "./mask";

it.each([
  ["6222020205112233445", "****3445"],
  ["6222 0202 0011 2233", "****2233"],
  ["13800000001", "****0001"],
  ["1234567", "****"],
  ["", "****"],
  ["mia@example.org", "m***@example.org"],
  ["@b", "***@b"],
])("shows of %j only %j", (text, masked) => expect(maskNumber(text)).toBe(masked));

it.each([
  ["203.0.113.9", "203.0.*.*"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:*"],
  ["::1", "1:*"],
  ["unknown", "*"],
])("shows of the address %j only %j", (text, masked) => expect(maskAddress(text)).toBe(masked));

it.each([
  ["王小明", "王**"],
  ["  Mia Lee", "M**"],
  ["𠮷田", "𠮷**"],
  ["", "**"],
])("shows of the name %j only %j", (text, masked) => expect(maskName(text)).toBe(masked));
