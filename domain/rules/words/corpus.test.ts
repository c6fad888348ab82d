import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildWordMatcher, decideWords } from "./decide-words";
import { hasLink } from "./find-link";
import { STARTER_WORDS } from "./starter-words";

/** Lines of chats that have parts of such words in them by chance. */
const tricky = (language: string) =>
  readFileSync(new URL(`corpus/${language}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "");

/** Every text of the product, which real people wrote to be read by everybody. */
function productTexts(language: string): string[] {
  const walk = (value: unknown): string[] =>
    typeof value === "string" ? [value] : Object.values(value as object).flatMap(walk);
  const messages: unknown = JSON.parse(readFileSync(`messages/${language}.json`, "utf8"));
  return walk(messages).filter((text) => text.length >= (language === "zh" ? 4 : 12));
}

const documents = () =>
  readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => readFileSync(`docs/${name}`, "utf8").match(/[A-Z][^.!?|\n]{20,200}[.!?]/g) ?? []);

/** What somebody is said to do, by who and what: ordinary words in ever new company. */
const WHO =
  "主播 大家 老板 小麻雀 隔壁的大叔 我微胖的朋友 代班的同事 六合路的邻居 卖粉丝的阿姨 装修工人".split(" ");
const WHEN = "今天 昨晚 时时 周末 一大早 下播以后".split(" ");
const WHAT =
  "约好了去炮台 加微弱的光 套现成的模板 买了大麻袋 开发票根系统 兼职刷了单曲 赌博文能得奖 聊得很投机 喝了大麦茶 信了微商 办假期证明 博得彩头".split(
    " ",
  );
const invented = () => WHO.flatMap((who) => WHEN.flatMap((when) => WHAT.map((what) => who + when + what)));

const CORPUS = {
  en: () => [...new Set([...tricky("en"), ...productTexts("en"), ...documents()])],
  zh: () => [...new Set([...tricky("zh"), ...productTexts("zh"), ...invented()])],
};

describe.each(["en", "zh"] as const)("ordinary sentences (%s)", (language) => {
  it("are at least two thousand", () => {
    expect(CORPUS[language]().length).toBeGreaterThanOrEqual(2_000);
  });

  it("pass the words that a platform begins with, and are no links where they have none", () => {
    const matcher = buildWordMatcher(STARTER_WORDS);
    const stopped = CORPUS[language]().flatMap((sentence) => {
      const decision = decideWords(matcher, sentence);
      return decision.action === "pass" ? [] : [`${decision.words}: ${sentence}`];
    });
    expect(stopped).toEqual([]);
    expect(tricky(language).filter(hasLink)).toEqual([]);
  });
});

it("Every word that a platform begins with is found by itself, and no word is on two lists", () => {
  const matcher = buildWordMatcher(STARTER_WORDS);
  const { refuse, author, hold, allow } = STARTER_WORDS;
  const found = (words: readonly string[]) =>
    words.map((word) => decideWords(matcher, word.replaceAll("*", "")).action);
  expect(new Set(found(refuse))).toEqual(new Set(["refuse"]));
  expect(new Set(found(author))).toEqual(new Set(["author"]));
  expect(new Set(found(hold))).toEqual(new Set(["hold"]));
  expect(new Set(found(allow))).toEqual(new Set(["pass"]));
  const all = [...refuse, ...author, ...hold, ...allow];
  expect(new Set(all).size).toBe(all.length);
});

describe("links", () => {
  it.each([
    "https://example.org",
    "see www.example.org/x",
    "example.com",
    "去 Example.COM 看",
    "ｅｘａｍｐｌｅ．ｃｏｍ",
    "t.me/abc",
    "a-b.shop!",
    "淘宝.com",
  ])("%s is one", (text) => expect(hasLink(text)).toBe(true));
  it.each(["1.5", "v2.0", "Hello.World", "a.b", "3.com1", "no. 1", "ok...me", "me@work", "come.comet"])(
    "%s is none",
    (text) => expect(hasLink(text)).toBe(false),
  );
});
