import { describe, expect, it } from "vitest";
import { findAccountNumberFault, tidyAccountNumber } from "./account-number";

const read = (kind: "bank" | "alipay" | "wechat", text: string) => {
  const number = tidyAccountNumber(kind, text);
  return findAccountNumberFault(kind, number) ?? number;
};
const WRONG_DIGIT = expect.stringContaining("check digits");
const NO_SUCH = expect.stringContaining("does not look like");

describe("the number of an account at a bank", () => {
  it.each([
    ["4111 1111 1111 1111", "4111111111111111"],
    ["５５５５－５５５５－５５５５－４４４４", "5555555555554444"],
    ["\u202d6222 0202 0011 2233 446\u202c", "6222020200112233446"],
    ["378282246310005", "378282246310005"],
    ["gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"],
    ["DE89-3704-0044-0532-0130-00", "DE89370400440532013000"],
    ["NO93 8601 1117 947", "NO9386011117947"],
    ["IBAN: NO93 8601 1117 947", "NO9386011117947"],
    ["ＩＢＡＮ DE89 3704 0044 0532 0130 00", "DE89370400440532013000"],
    ["12345678", "12345678"],
    ["11001020 30401234567", "1100102030401234567"],
  ])("may be %j", (text, number) => {
    expect(read("bank", text)).toBe(number);
  });

  it.each([
    "4111 1111 1111 1112",
    "6222 0202 0011 2233 445",
    "5555555555554445",
    "378282246310006",
    "3530111333300001",
    "GB82 WEST 1234 5698 7654 33",
    "DE89370400440532013001",
    "NO9386011117948",
    "ZZ82WEST12345698765432",
    "GB82WEST1234569876543",
  ])("has a wrong digit in %s", (text) => {
    expect(read("bank", text)).toEqual(WRONG_DIGIT);
  });

  it.each(["", "1234567", "4111x111", "12 34", "1".repeat(35), "GB"])("cannot be %j", (text) => {
    expect(read("bank", text)).toEqual(NO_SUCH);
  });
});

describe("the number of another account", () => {
  it.each([
    ["alipay", "+86 138-0000-0001", "+8613800000001"],
    ["alipay", " a-b＠example.com\u200e", "a-b@example.com"],
    ["wechat", "wxid_a-b-1 ", "wxid_a-b-1"],
  ] as const)("of %s may be %j", (kind, text, number) => {
    expect(read(kind, text)).toBe(number);
  });

  it.each([
    ["alipay", "12345"],
    ["alipay", "a@b"],
    ["wechat", "-wxid"],
    ["wechat", "wx\u4f60id1"],
  ] as const)("of %s cannot be %j", (kind, text) => {
    expect(read(kind, text)).toEqual(NO_SUCH);
  });
});
