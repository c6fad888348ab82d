import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDataKeys } from "./data-keys";
import { createVault, SealedValueError, sealedWith } from "./vault";

const newKey = () => randomBytes(32).toString("base64");
const [first, second, indexKey] = [newKey(), newKey(), newKey()];
const vaultWith = (keys: string, index = indexKey) =>
  createVault({ DATA_KEYS: keys, BLIND_INDEX_KEY: index });
const vault = vaultWith(`a:${first}`);
const place = { table: "users", column: "phone_cipher", rowId: "1" };

describe("sealing", () => {
  it("gives back what was sealed, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (text, rowId) => {
        const sealed = vault.seal({ ...place, rowId }, text);
        return vault.open({ ...place, rowId }, sealed) === text;
      }),
    );
  });

  it("says nothing about equal values", () => {
    expect(vault.seal(place, "same")).not.toBe(vault.seal(place, "same"));
    expect(vault.seal(place, "+8613800000001")).not.toContain("13800000001");
  });

  it.each([
    { ...place, rowId: "2" },
    { ...place, column: "email" },
    { ...place, table: "rooms" },
    { table: "users", column: "phone", rowId: "_cipher1" },
  ])("opens nowhere but in its place: %j", (elsewhere) => {
    const sealed = vault.seal(place, "secret");
    expect(() => vault.open(elsewhere, sealed)).toThrow(SealedValueError);
  });

  it("notices every changed, missing or foreign part", () => {
    const sealed = vault.seal(place, "secret");
    const parts = sealed.split(":");
    for (let i = 0; i < parts.length; i++) {
      const changed = parts.map((part, j) =>
        i === j ? `${part[0] === "A" ? "B" : "A"}${part.slice(1)}` : part,
      );
      expect(() => vault.open(place, changed.join(":")), `part ${i}`).toThrow(SealedValueError);
      expect(() => vault.open(place, parts.filter((_, j) => j !== i).join(":"))).toThrow(SealedValueError);
    }
    // A shorter tag would be quicker to guess.
    const short = [...parts.slice(0, 3), parts[3]?.slice(0, 6), parts[4]].join(":");
    expect(() => vault.open(place, short)).toThrow(SealedValueError);
    expect(() => vaultWith(`a:${second}`).open(place, sealed)).toThrow(SealedValueError);
  });

  it("opens with any known key and seals with the first", () => {
    const sealed = vault.seal(place, "secret");
    const rotated = vaultWith(`b:${second},a:${first}`);
    expect(rotated.open(place, sealed)).toBe("secret");
    expect(sealedWith(rotated.seal(place, "secret"))).toBe("b");
    expect(sealedWith(sealed)).toBe("a");
    expect(() => vaultWith(`b:${second}`).open(place, sealed)).toThrow('"a" is not among DATA_KEYS');
    expect(sealedWith("+8613800000001")).toBeUndefined();
  });
});

describe("the blind index", () => {
  it("is the same for the same value, and keeps kinds and keys apart", () => {
    expect(vault.index("phone", "+86138")).toBe(vaultWith(`b:${second}`).index("phone", "+86138"));
    expect(vault.index("phone", "+86138")).toMatch(/^[\da-f]{64}$/);
    const others = [
      vault.index("phone", "+86139"),
      vault.index("account", "+86138"),
      vault.index("phon", "e+86138"),
      vaultWith(`a:${first}`, newKey()).index("phone", "+86138"),
    ];
    expect(others).not.toContain(vault.index("phone", "+86138"));
  });
});

it.each(["", "a", `a:${first},a:${second}`, `A b:${first}`, "a:AAAA", `a:${first}:x`, `a:${first},`])(
  "refuses %j as a list of keys, and never repeats a key",
  (text) => {
    expect(() => parseDataKeys(text)).toThrow();
    try {
      parseDataKeys(text);
    } catch (error) {
      expect(String(error)).not.toContain(first);
    }
  },
);
