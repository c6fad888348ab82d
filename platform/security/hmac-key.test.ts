import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { HmacKey } from "./hmac-key";

it("signs as HMAC-SHA256 does, whatever the key and the text", () => {
  const key = fc.string({ maxLength: 200, unit: "grapheme" });
  const text = fc.string({
    maxLength: 3_000,
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(key, fc.array(text, { minLength: 1, maxLength: 3 }), (secret, texts) => {
      const hmac = new HmacKey(secret);
      for (const one of texts)
        expect(hmac.sign(one)).toBe(createHmac("sha256", secret).update(one, "latin1").digest("hex"));
    }),
  );
});

it("signs with keys of one block, and of one byte more", () => {
  for (const length of [0, 1, 63, 64, 65])
    expect(new HmacKey("k".repeat(length)).sign("text")).toBe(
      createHmac("sha256", "k".repeat(length)).update("text").digest("hex"),
    );
});

it("refuses what no request can hold", () => {
  expect(() => new HmacKey("key").sign("x".repeat(21 * 1024))).toThrow(RangeError);
});
