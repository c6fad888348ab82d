import { describe, expect, it } from "vitest";
import { cleanText } from "./clean-text";

describe("cleanText", () => {
  it.each([
    ["hello 你好", "hello 你好"],
    ["  two\n\tlines  ", "two lines"],
    ["a\u0000b\u0007", "ab"],
    ["evil\u202Etxt.exe", "eviltxt.exe"],
    ["\ud800lone", "lone"],
    ["👩‍👩‍👧 family", "👩‍👩‍👧 family"],
    ["❤️", "❤️"],
    ["مرحبا", "مرحبا"],
  ])("%j becomes %j", (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it.each(["", " ", "\u200b", "\u200d\ufe0f", "\u0000", "\u3000"])("nobody can see %j", (text) => {
    expect(cleanText(text)).toBe("");
  });
});
