import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { findKeyWeakness, findPasswordWeakness, findWeakness, overlaps } from "./weak-secret";

/** As good as random, and the same in every run. */
let drawn = 0;
const randomBytes = (size: number) =>
  createHash("sha256").update(`drawn ${drawn++}`).digest().subarray(0, size);

const ENCODINGS = ["base64", "base64url", "hex"] as const;

describe("a secret that a machine made", () => {
  it.each(ENCODINGS)("is taken in %s", (encoding) => {
    for (let i = 0; i < 2_000; i++) {
      const secret = randomBytes(32).toString(encoding);
      expect([secret, findWeakness(secret)]).toEqual([secret, null]);
    }
  });

  it("is taken with 16 random bytes in hex, and behind a word that says what it is", () => {
    for (let i = 0; i < 500; i++) {
      const hex = randomBytes(16).toString("hex");
      expect([hex, findWeakness(hex)]).toEqual([hex, null]);
      expect(findWeakness(`auth-secret-${randomBytes(32).toString("hex")}`)).toBeNull();
      expect(findKeyWeakness(randomBytes(32).toString("base64"))).toBeNull();
      expect(findPasswordWeakness(randomBytes(12).toString("hex"), "downpour")).toBeNull();
    }
  });

  it("shares nothing with another one", () => {
    const secrets = Array.from({ length: 60 }, (_, i) => randomBytes(32).toString(ENCODINGS[i % 3]));
    for (const [i, one] of secrets.entries())
      for (const other of secrets.slice(i + 1)) expect(overlaps(one, other)).toBe(false);
  });
});

const hexOf = (text: string) => Buffer.from(text).toString("hex");
const base64Of = (text: string) => Buffer.from(text).toString("base64");

describe("a secret that somebody made", () => {
  it.each([
    ["is short", "x"],
    ["is short but random", "k2J9fQz7Lw"],
    ["is one character", "a".repeat(64)],
    ["is a piece over and over", "abc123".repeat(8)],
    ["is a longer piece over and over", "Kf93hs82Qm1x".repeat(3)],
    ["is two halves that are the same", "Kf93hs82Qm1xZp40".repeat(2)],
    ["is nothing", "0".repeat(64)],
    ["is counted", "0123456789abcdefghijklmnopqrstuvwxyz"],
    ["is counted down", "zyxwvutsrqponmlkjihgfedcba9876543210"],
    ["is counted in digits", "12345678901234567890123456789012"],
    ["is counted in hex", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"],
    ["is typed along the keyboard", "qwertyuiopasdfghjklzxcvbnm1234567890"],
    ["is typed back", "0987654321poiuytrewqlkjhgfdsamnbvcxz"],
    ["is a phrase", "correct-horse-battery-staple-correct-bicycle"],
    ["is a phrase without gaps", "CorrectHorseBatteryStapleMonkeyBicycle"],
    ["says that it is a secret", "my-super-secret-password-for-downpour-2026"],
    ["says to change it", "changeme-changeme-changeme-changeme!"],
    ["says to replace it", "REPLACE_ME_WITH_A_LONG_RANDOM_STRING_1"],
    ["is a phrase in base64", base64Of("correct horse battery staple and so on")],
    ["is a phrase in hex", hexOf("correct horse battery staple and so on")],
    ["is a phrase in base64 twice", base64Of(base64Of("please change me, I am the secret of all"))],
    ["is bytes of nothing in base64", Buffer.alloc(32).toString("base64")],
    ["is bytes that are counted in base64", Buffer.from([...Array(32).keys()]).toString("base64")],
    [
      "is bytes that are counted by seven",
      Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString("base64"),
    ],
    ["ends with a line break", `${randomBytes(32).toString("hex")}\n`],
    ["has a space in it", `${randomBytes(16).toString("hex")} ${randomBytes(16).toString("hex")}`],
    ["begins with a blank", `\u00a0${randomBytes(32).toString("hex")}`],
  ])("is refused when it %s", (_, secret) => {
    const reason = findWeakness(secret);
    expect(reason).toMatch(/^must /);
    expect(reason).not.toContain(secret);
  });

  it.each([
    "",
    "downpour",
    "postgres",
    "password1234",
    "changeme-1234",
    "123456789012",
    "aaaaaaaaaaaaaaaa",
    "Downpour-2026!",
  ])("is refused as a password of a database: %s", (password) => {
    expect(findPasswordWeakness(password, "downpour_app")).toMatch(/^must /);
  });
  it("is refused as a password when it is the name", () => {
    expect(findPasswordWeakness("Kf93hs82Qm1xZp40", "kf93hs82qm1xzp40")).toMatch(/^must /);
  });
});

describe("two secrets", () => {
  const hex = randomBytes(32).toString("hex");
  const bytes = Buffer.from(hex, "hex");
  it.each([
    ["are the same", hex],
    ["differ in case", hex.toUpperCase()],
    ["differ in encoding", bytes.toString("base64")],
    ["differ in encoding and alphabet", bytes.toString("base64url")],
    ["are one the text of the other in base64", base64Of(hex)],
    ["are one part of the other", `x9${hex}k4`],
    ["share half", hex.slice(0, 32) + randomBytes(16).toString("hex")],
    ["differ in separators", hex.replace(/(.{8})/g, "$1-")],
    ["are one the other backwards", Array.from(hex).toReversed().join("")],
  ])("are told apart from others when they %s", (_, other) => {
    expect(overlaps(hex, other)).toBe(true);
    expect(overlaps(other, hex)).toBe(true);
  });
});
