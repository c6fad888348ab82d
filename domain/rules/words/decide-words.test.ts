import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildWordMatcher, decideWords, type WordLists } from "./decide-words";

const NOTHING: WordLists = { refuse: [], author: [], hold: [], allow: [] };
const lists = (some: Partial<WordLists>) => buildWordMatcher({ ...NOTHING, ...some });
const english = lists({ refuse: ["shit", "ass", "fuck*", "penis", "hell"] });
const chinese = lists({ refuse: ["大麻", "加微信", "发票", "卖粉"] });

describe("words are found however they are written", () => {
  it.each([
    "shit",
    "SHIT",
    "Oh, shit!",
    "s h i t",
    "s.h.i.t",
    "s-h-i-t happens",
    "sh*it",
    "sh1t",
    "5h1t",
    "sh!t",
    "shiiiiit",
    "ＳＨＩＴ",
    "ⓢⓗⓘⓣ",
    "𝓈𝒽𝒾𝓉",
    "ѕһіт",
    "shít",
    "sh\u200Bit",
    "shit \uFE74",
    "shitा",
    "a$$",
    "@ss",
    "asssss",
    "fuckers",
    "what the fffuuuuck",
    "是shit啊",
  ])("%s is found", (message) => {
    expect(decideWords(english, message).action).toBe("refuse");
  });

  it.each([
    "加微信",
    "快来加微信吧",
    "加 微 信",
    "加.微.信",
    "快来加★微★信吧",
    "加，微，信",
    "加*微信",
    "加😂微😂信",
    "卖大*麻",
    "买 大麻 吗",
    "有發票嗎",
    "要發-票嗎",
    "大麻！",
    "大​麻",
  ])("%s is found", (message) => {
    expect(decideWords(chinese, message).action).toBe("refuse");
  });

  it("says which words of the message they were, as they were written", () => {
    expect(decideWords(english, "well, S.H.1.T happens")).toEqual({ action: "refuse", words: "S.H.1.T" });
    expect(decideWords(chinese, "快來加★微★信吧")).toEqual({ action: "refuse", words: "加★微★信" });
    expect(decideWords(english, "𝓈𝒽𝒾𝓉")).toEqual({ action: "refuse", words: "𝓈𝒽𝒾𝓉" });
  });
});

describe("letters that only stand beside each other are no word", () => {
  it.each([
    "assess the class of Scunthorpe",
    "push it",
    "this hit",
    "finish it tonight",
    "the pen is blue",
    "he'll say hello",
    "Galaxy A55",
    "455 coins",
    "Smoking",
    "pass, salt",
    "shell",
  ])("%s passes", (message) => {
    expect(decideWords(english, message).action).toBe("pass");
  });

  it.each([
    "大麻烦",
    "惹上大麻烦了",
    "好大，麻烦让一下",
    "好大😂麻烦了",
    "大 麻烦",
    "卖粉丝汤",
    "放大-麻将",
    "参加微电影",
  ])("%s passes", (message) => {
    expect(decideWords(chinese, message).action).toBe("pass");
  });

  it("A word that stands inside of an allowed one passes, and beside it does not", () => {
    const matcher = lists({ refuse: ["cock*"], allow: ["cockpit", "kung fu cock"] });
    expect(decideWords(matcher, "the Cockpit").action).toBe("pass");
    expect(decideWords(matcher, "kung fu cock").action).toBe("pass");
    expect(decideWords(matcher, "cockpit cock").action).toBe("refuse");
  });
});

describe("what a word leads to", () => {
  it("The strictest of all words of a message counts", () => {
    const matcher = lists({ hold: ["one"], author: ["two"], refuse: ["three"] });
    expect(decideWords(matcher, "one").action).toBe("hold");
    expect(decideWords(matcher, "one two").action).toBe("author");
    expect(decideWords(matcher, "two three one")).toEqual({ action: "refuse", words: "three" });
    expect(decideWords(matcher, "four").action).toBe("pass");
  });

  it("A word with a space in it is found with it, and without", () => {
    const matcher = lists({ hold: ["kill yourself"] });
    expect(decideWords(matcher, "Kill  yourself").action).toBe("hold");
    expect(decideWords(matcher, "KillYourself").action).toBe("hold");
    expect(decideWords(matcher, "kill 🔪 yourself").action).toBe("hold");
    expect(decideWords(matcher, "k i l l y o u r s e l f").action).toBe("hold");
    expect(decideWords(matcher, "skill yourself").action).toBe("pass");
  });

  it("Empty lists, and words too short to look for, take nothing", () => {
    expect(decideWords(lists({}), "anything").action).toBe("pass");
    expect(decideWords(lists({ refuse: ["a", "大", "*", ""] }), "a 大 *").action).toBe("pass");
  });

  it("A listed word alone is always found, and no text makes the decision fail", () => {
    const words = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(
      fc.property(words, fc.string({ unit: "grapheme", maxLength: 60 }), (word, around) => {
        const matcher = lists({ refuse: [word] });
        expect(decideWords(matcher, word).action).toBe("refuse");
        expect(decideWords(matcher, word.toUpperCase().split("").join(".")).action).toBe("refuse");
        expect(decideWords(matcher, `${around} ${word} ${around}`).action).toBe("refuse");
      }),
    );
  });
});
