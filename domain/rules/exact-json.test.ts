import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isExactNumber, parseExactJson, stringifyExactJson, toPlainAmount } from "./exact-json";

const LOST = [
  "9007199254740993",
  "-9007199254740993",
  "18446744073709551615",
  "1e400",
  "1E2",
  "-0",
  "1.0",
  "0.10",
];

describe("JSON whose numbers keep every digit", () => {
  it.each([...LOST, "7", "9007199254740991", "9007199254740992", "-12", "1.5", "1e+21"])(
    "is written as it was read: %s",
    (number) => {
      const text = `{"a":[${number},{"b":${number}}],"n${number}":"${number}"}`;
      expect(stringifyExactJson(parseExactJson(text))).toBe(text);
    },
  );

  it.each(LOST)("holds no number for %s", (number) => {
    const value = parseExactJson(number);
    expect(isExactNumber(value)).toBe(true);
    expect(String(value)).toBe(number);
  });

  it("is any other JSON as everybody reads it", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const exact = stringifyExactJson(parseExactJson(text)) ?? "";
        expect(JSON.parse(exact)).toEqual(JSON.parse(text));
      }),
    );
    expect(parseExactJson('{"a":1.0,"a":2}')).toEqual({ a: 2 });
    expect(Object.keys(parseExactJson('{"__proto__":{"x":1.5}}') as object)).toEqual(["__proto__"]);
  });

  it.each(['{"a":1.0', "01", "1.", "[1.0,]", "", '{"a":1.0}}', "NaN", "+1.0"])("is not %j", (text) => {
    expect(() => parseExactJson(text)).toThrow();
  });
});

describe("an amount", () => {
  it.each([
    ["100", 100],
    ["100.0", 100],
    ["1e2", 100],
    ["9007199254740991.0", 9_007_199_254_740_991],
  ])("of %s is a number", (text, amount) => {
    expect(toPlainAmount(parseExactJson(text))).toBe(amount);
  });

  it.each(["9007199254740993", "9007199254740993.0", "1e400", "100.00000000000000000001", "1e-400"])(
    "of %s is none",
    (text) => {
      expect(typeof toPlainAmount(parseExactJson(text))).not.toBe("number");
    },
  );
});
