import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Where people read Chinese. */
const FILES = ["messages/zh.json", "workers/payment-sandbox/page-texts.ts", "app/global-error.tsx"];
const HAN = "\\p{Script=Han}";

/** The rows of the table: the word and what must not stand for it. */
function readGlossary() {
  const rows = readFileSync("docs/glossary-zh.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.map(([, , word = "", not = ""]) => ({ word, not: not.split("、").filter(Boolean) }));
}

/** Lines that break the glossary, with what they should say. */
function findSlips(text: string, glossary = readGlossary()): string[] {
  // What keeps people's words apart is not seen.
  const seen = text.replaceAll(/\\u206[89]/g, "");
  return seen.split("\n").flatMap((line) => {
    const slips = glossary.flatMap(({ word, not }) =>
      not
        .filter((variant) => line.includes(variant))
        .map((variant) => `${variant} → ${word}: ${line.trim()}`),
    );
    const half = new RegExp(`${HAN}[,?!;]|${HAN}[.:](?!\\S)`, "u").exec(line);
    const tight = new RegExp(`${HAN}[0-9A-Za-z]|[0-9A-Za-z]${HAN}`, "u").exec(line);
    if (half) slips.push(`half-width mark: ${line.trim()}`);
    if (tight) slips.push(`no space: ${line.trim()}`);
    return slips;
  });
}

describe("the Chinese glossary", () => {
  it("has a word for each thing, and names what must not stand for it", () => {
    const glossary = readGlossary();
    expect(glossary.length).toBeGreaterThan(30);
    for (const { word, not } of glossary) expect([word !== "", not.length > 0]).toEqual([true, true]);
    const words = new Set(glossary.flatMap(({ word }) => word.split("、")));
    expect(glossary.flatMap(({ not }) => not).filter((variant) => words.has(variant))).toEqual([]);
  });

  it.each([
    "感谢您的支持",
    "发生退单时钱包会被冻结",
    "请登陆后再试",
    "该帐号已注销",
    "共24小时",
    "确定吗?",
    "由支付平台确认",
  ])("finds the slip in %s", (text) => {
    expect(findSlips(text)).not.toEqual([]);
  });

  it.each(FILES)("is kept by %s", (file) => {
    expect(findSlips(readFileSync(file, "utf8"))).toEqual([]);
  });
});
