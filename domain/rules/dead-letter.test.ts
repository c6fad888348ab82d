import { describe, expect, it } from "vitest";
import { describeDeadLetter, queuedTextOf } from "./dead-letter";

const ID = "0197a0b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const TRACE = "0123456789abcdef0123456789abcdef";
const entry = (raw: string, fields?: string[]) => ({ bucket: 3, id: "1-1", raw, fields });

describe("what is recorded of an entry", () => {
  it("says what it is about as far as it can be read", () => {
    const gift = { giftOrderId: ID, senderId: ID, priceCoins: 3, count: 2, traceId: TRACE };
    expect(describeDeadLetter("gifts", entry(JSON.stringify(gift)), "why")).toMatchObject({
      queue: "gifts",
      bucket: 3,
      entryId: "1-1",
      reason: "why",
      giftOrderId: ID,
      userId: ID,
      rainId: null,
      packetIndex: null,
      coins: 6,
      traceId: TRACE,
    });
    const claim = { rainId: ID, userId: ID, packetIndex: 0, coins: 9, traceId: "\0" };
    expect(describeDeadLetter("claims", entry(JSON.stringify(claim)), "why")).toMatchObject({
      giftOrderId: null,
      userId: ID,
      rainId: ID,
      packetIndex: 0,
      coins: 9,
      traceId: null,
    });
  });

  it.each([
    "",
    "{broken",
    "null",
    "[]",
    '"text"',
    "7",
    JSON.stringify({ giftOrderId: 7, senderId: "x", priceCoins: 2 ** 53, count: 1, traceId: {} }),
    JSON.stringify({ giftOrderId: null, senderId: "\0", priceCoins: 2 ** 52, count: 2 ** 30 }),
    JSON.stringify({ rainId: "A", userId: [], packetIndex: 2 ** 31, coins: -1 }),
    JSON.stringify({ packetIndex: 0.5, coins: "9" }),
  ])("leaves out what is not as it should be: %s", (raw) => {
    for (const queue of ["gifts", "claims"] as const) {
      const letter = describeDeadLetter(queue, entry(raw), "why");
      expect(letter).toMatchObject({ giftOrderId: null, userId: null, rainId: null, traceId: null });
      expect([letter.packetIndex, letter.coins]).toEqual([null, null]);
      expect(queuedTextOf(letter.fields)).toBe(raw);
    }
  });

  it("keeps every text to the letter in a form that can be stored", () => {
    const fields = ["g", "\0 \ud800 灯 \u2028", "more", "\\u0000"];
    const letter = describeDeadLetter("gifts", entry("", fields), `\0${"x".repeat(900)}`);
    expect(JSON.parse(letter.fields)).toEqual(fields);
    expect(letter.fields).not.toContain("\0");
    expect(letter.reason).toHaveLength(500);
    expect(letter.reason).not.toContain("\0");
  });

  it("names the same entry in the same way, and another one in another", () => {
    const hash = (raw: string, fields?: string[]) =>
      describeDeadLetter("gifts", entry(raw, fields), "why").fieldsHash;
    expect(hash("{}")).toBe(hash("{}", ["g", "{}"]));
    expect(new Set([hash("{}"), hash("{ }"), hash("{}", ["g", "{}", "h", ""]), hash("", [])]).size).toBe(4);
  });

  it("finds no text in an entry without fields", () => {
    expect(queuedTextOf("[]")).toBe("");
  });
});
