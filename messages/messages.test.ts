import { describe, expect, it } from "vitest";
import { ALARM_KINDS, alarmKindKey } from "@/domain/contracts/alarms";
import { DUAL_ACTION_NAMES, dualActionKey } from "@/domain/contracts/approval";
import { ERRORS } from "@/domain/contracts/errors";
import { GiftFailureReason } from "@/domain/contracts/gift";
import { TradeType } from "@/domain/contracts/wallet";
import en from "./en.json";
import zh from "./zh.json";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") texts.set(prefix + key, value);
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) texts.set(path, text);
  }
  return texts;
}

/** A value, not the words of a plural's branch, which follow its selector. */
const PLACEHOLDER = /(?<!(?:zero|one|two|few|many|other|=\d+)\s*)\{\s*([a-zA-Z]\w*)\s*[,}]/g;

/** The names a text takes, whatever form they are in: `{count}` and `{count, plural, …}` are both `count`. */
function argumentsOf(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ""))].sort();
}

/** Placeholders for what the product says itself, most of them numbers and times; all others stand for what people wrote. */
const OWN_VALUES = new Set(
  `all amount at attempts average batchId browser buckets by code coins count current cutoff day days done first fps from height
  hours index left lineId lines loaded max measure minimum minutes month most next number packets part perSecond phone pictures price
  choices every job least most rank seconds setting since size spent status time traceId until usual value viewers what width`.split(
    /\s+/,
  ),
);
/**
 * The placeholders of people's own words that could turn the words around them: those not between U+2068 and U+2069, nor at
 * the end of a sentence of ours, where nothing comes after them.
 */
function unisolatedIn(text: string): string[] {
  const isolated = /\u2068\{\w+\}\u2069/g;
  const plain = [
    ...text
      .replaceAll(isolated, "")
      .replace(/(?<=^[^{}]*[:：]\s?)\{\w+\}$/, "")
      .matchAll(PLACEHOLDER),
  ].filter(([whole]) => whole.endsWith("}"));
  return plain.flatMap(([, name = ""]) => (OWN_VALUES.has(name) ? [] : [name]));
}

/**
 * Whether a value of ours stands beside a word that ends like several of a thing, outside of a plural's branch. An average
 * is no count: 1.0 rooms are said like 1.5.
 */
function isStiff(text: string): boolean {
  const besideWord = /(?<!\{)\{(\w+)(?:, number)?\} (?:(?:more|new|live|other) )?([a-z]{2,}s)\b/g;
  return [...text.matchAll(besideWord)].some(
    ([, value = "", word = ""]) =>
      OWN_VALUES.has(value) && value !== "average" && !/^(?:is|was|has|ms)$/.test(word),
  );
}

const languages = { en: flatten(en), zh: flatten(zh) };

describe("the texts", () => {
  it("are the same in every language", () => {
    expect([...languages.zh.keys()].sort()).toEqual([...languages.en.keys()].sort());
  });

  it("take the same values in every language", () => {
    for (const [key, text] of languages.en) {
      const inChinese = argumentsOf(languages.zh.get(key) ?? "");
      expect(inChinese, key).toEqual(argumentsOf(text));
    }
  });

  it("never say a number beside a noun that does not bend with it", () => {
    expect([...languages.en].filter(([, text]) => isStiff(text))).toEqual([]);
  });

  it("are seen to say a number beside a noun that does not bend", () => {
    expect(isStiff("It costs {price, number} coins.")).toBe(true);
    expect(isStiff("{done} of {all} checks")).toBe(true);
    expect(isStiff("Only {count} more connections may wait.")).toBe(true);
    expect(isStiff("{count, plural, one {# coin} other {{count} coins}}")).toBe(false);
    expect(isStiff("Until {at} is over, {size} KiB in {max} ms")).toBe(false);
  });

  it.each(Object.entries(languages))(
    "keep what people wrote apart from their own words in %s",
    (_language, texts) => {
      expect([...texts].filter(([, text]) => unisolatedIn(text).length > 0)).toEqual([]);
    },
  );

  it("are seen to let people's words turn their own around", () => {
    expect(unisolatedIn("Reason: {reason} ({at})")).toEqual(["reason"]);
    expect(unisolatedIn("{count, plural, one {# {gift}} other {# × \u2068{gift}\u2069}}")).toEqual(["gift"]);
    expect(unisolatedIn("\u2068{name}\u2069, {coins, number} of {all}")).toEqual([]);
    expect(unisolatedIn("Reason: {reason}")).toEqual([]);
    expect(unisolatedIn("{name}: {reason}")).toEqual(["name", "reason"]);
  });

  it.each(Object.entries(languages))("are not empty in %s", (_language, texts) => {
    for (const [key, text] of texts) expect(text.trim(), key).not.toBe("");
  });

  it.each(Object.entries({ en, zh }))("explain every error in %s", (_language, messages) => {
    expect(Object.keys(messages.errors)).toEqual(expect.arrayContaining(Object.keys(ERRORS)));
  });

  it.each(Object.entries({ en, zh }))(
    "explain every reason why a gift fails in %s",
    (_language, messages) => {
      expect(Object.keys(messages.giftFailure)).toEqual(expect.arrayContaining(GiftFailureReason.options));
    },
  );

  it.each(Object.entries({ en, zh }))("name every kind of alarm in %s", (_language, messages) => {
    expect(Object.keys(messages.admin.alarms.kinds).sort()).toEqual(ALARM_KINDS.map(alarmKindKey).sort());
  });

  it.each(Object.entries({ en, zh }))(
    "name everything that needs two operators in %s",
    (_language, messages) => {
      expect(Object.keys(messages.adminApprovals.actions).sort()).toEqual(
        DUAL_ACTION_NAMES.map(dualActionKey).sort(),
      );
    },
  );

  it.each(Object.entries({ en, zh }))("name every kind of trade in %s", (_language, messages) => {
    expect(Object.keys(messages.wallet.types).sort()).toEqual([...TradeType.options].sort());
  });
});
