import { describe, expect, it } from "vitest";
import { unpaste, unpasteNumber } from "./pasted-number";

describe("a number that was pasted", () => {
  it.each([
    ["１２３４５６", "123456"],
    [" 12 34\u00a056\u2009", "123456"],
    ["\u202d4111-1111\u20131111\u22121111\u202c", "4111111111111111"],
    ["\u200e62\u200b22\ufeff02\u00ad", "622202"],
    ["١٢٣٤٥٦ / ۷۸۹", "123456/789"],
    ["𝟏𝟐𝟑 ⑷", "123(4)"],
    ["४५६", "456"],
    ["\u30001-2‐3‑4‒5—6", "123456"],
    ["gb82 west", "gb82west"],
  ])("%j means %s", (text, number) => {
    expect(unpasteNumber(text)).toBe(number);
  });

  it("keeps dashes where they may be a letter of a name", () => {
    expect(unpaste(" ａ-b_1＠example.com\u200e ")).toBe("a-b_1@example.com");
  });
});
