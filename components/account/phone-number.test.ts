import { describe, expect, it } from "vitest";
import { readPhoneNumber } from "./phone-number";

describe("readPhoneNumber", () => {
  it("joins the country code and drops what people type between digits", () => {
    expect(readPhoneNumber("+86", "(138) 0000-0001")).toBe("+8613800000001");
    expect(readPhoneNumber("+86", "138 0000 0001")).toBe("+8613800000001");
    expect(readPhoneNumber("+44", "07911 123456")).toBe("+447911123456");
  });
  it("takes a full number as it is", () => {
    expect(readPhoneNumber("+86", "+6591234567")).toBe("+6591234567");
  });
  it("takes what was pasted, in wide digits, with marks and with the prefix of the country", () => {
    expect(readPhoneNumber("+86", "１３８ ００００ ０００１")).toBe("+8613800000001");
    expect(readPhoneNumber("+86", "\u202a+86 (0)138–0000–0001\u202c")).toBe("+8613800000001");
    expect(readPhoneNumber("+44", "0086 13800000001")).toBe("+8613800000001");
    expect(readPhoneNumber("+44", "+44 (0)7911 123456")).toBe("+447911123456");
  });
  it("refuses what cannot be a mobile number", () => {
    expect(readPhoneNumber("+86", "12345678901")).toBeNull();
    expect(readPhoneNumber("+1", "12")).toBeNull();
    expect(readPhoneNumber("+1", "abcdefghij")).toBeNull();
  });
});
