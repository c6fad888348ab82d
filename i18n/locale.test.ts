import { describe, expect, it } from "vitest";
import { negotiateLocale } from "./locale";

describe("negotiateLocale", () => {
  it("takes the language with the highest quality that we speak", () => {
    expect(negotiateLocale("fr-FR, en;q=0.5, zh-CN;q=0.9")).toBe("zh");
  });
  it("ignores a language that is refused with q=0", () => {
    expect(negotiateLocale("zh;q=0, en;q=0.1")).toBe("en");
  });
  it("falls back to English", () => {
    expect(negotiateLocale(null)).toBe("en");
    expect(negotiateLocale("de, fr")).toBe("en");
  });
});
