import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countCharacters, isWithinCharacters, tidyLine, tidyText } from "./readable-text";

const NOTHING = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u;
/** Any code points, and often those that make trouble. */
const text = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10_ff_ff }).map((point) => String.fromCodePoint(point)),
      fc.constantFrom(
        ...Array.from(
          "aé你👩❤ \n\u200d\u200c\ufe0f\u0301\u0489\u202e\u2066\u3164\u2800\u115f\u{e0041}\u{1f3f4}\u17d2\u1780\ud800",
        ),
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("a line that people read", () => {
  it.each([
    ["hello 你好", "hello 你好"],
    ["  two\n\tlines  ", "two lines"],
    ["a\u0000b\u0007\u0085c", "ab c"],
    ["evil\u202Etxt.exe", "eviltxt.exe"],
    ["\u2066a\u2069\u200e\u200f\u061c", "a"],
    ["\ud800lone", "lone"],
    ["so\u00adft\u2060 hy\ufeffphen\u200b", "soft hyphen"],
    ["e\u0301", "é"],
    ["hidden\u{e0041}\u{e0042}\u{e007f}", "hidden"],
    ["priv\ue000ate \u{f0000}\u{10ffff}\ufdd0", "private"],
    ["a\u3164b\u115f\u1160\uffa0c", "abc"],
    ["a\u2800\u2800b", "a b"],
    ["a\ufe0f\ufe0f\ufe0e\u{e0100}b", "ab"],
    ["a\u034fb\u17b4c\u180ed", "abcd"],
    ["x\ufff9y\ufffaz\ufffb\ufffc", "xyz"],
    ["ab\u200dcd\u200cef", "abcdef"],
  ])("loses what cannot be seen: %j becomes %j", (given, tidy) => {
    expect(tidyLine(given)).toBe(tidy);
  });

  it.each([
    "👩‍👩‍👧‍👦 family",
    "❤️ ❤️‍🔥 👁️‍🗨️ 🧑🏽‍⚕️ 👍🏿",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈 🇨🇳 1️⃣ #️⃣ ☺︎",
    "مرحبا می‌خواهم",
    "क्‍ष नमस्ते",
    "ශ්‍රී ලංකා",
    "कार्त्स्न्य रार्त्स्न्या",
    "స్త్రీ రాష్ట్రం ಸ್ತ್ರೀ ക്ഷ്മ",
    "สวัสดีครับ ที่นี่",
    "Việt Nam Ǖ ǭ",
    "葛󠄀城市 辻󠄀",
    "שָׁלוֹם",
    "ខ្ញុំ ស្ត្រី",
    "한국어 ｶﾀｶﾅ",
    "L’été – “quoi?” … 50 % ¥100",
  ])("keeps what people write: %s", (line) => {
    expect(tidyLine(line)).toBe(line.normalize("NFC"));
  });

  it.each([
    "",
    " ",
    "\u200b",
    "\u200d\ufe0f",
    "\u0000",
    "\u3000\u2003\u00a0",
    "\u3164",
    "\u2800\u2800",
    "\u115f\u1160",
    "\uffa0",
    "\u0301\u0302",
    "\u{e0061}\u{e0062}",
    "\u00ad\u061c\u180b\u2064",
    "\u{1d159}\u{13441}\u{16fe4}",
    "\ufe0f".repeat(50),
    "\u{e0100}".repeat(50),
  ])("is nothing where nobody can see it: %j", (line) => {
    expect(tidyLine(line)).toBe("");
  });

  it.each([
    ["z" + "\u0335\u0322\u0489\u0301".repeat(50), 4],
    ["e" + "\u0301".repeat(300), 4],
    ["ก" + "\u0e49".repeat(90), 4],
    ["\u0627" + "\u064b".repeat(90), 4],
  ])("carries no piles of marks", (line, marks) => {
    expect(/\p{M}+/u.exec(tidyLine(line).normalize("NFD"))?.[0].length).toBeLessThanOrEqual(marks + 1);
  });

  it.each([
    ["Khmer", "\u1780", "\u17d2\u1780", 2],
    ["Burmese", "\u1000", "\u1039\u1000", 2],
    ["Balinese", "\u1b13", "\u1b44\u1b13", 2],
    ["Javanese", "\ua98f", "\ua9c0\ua98f", 2],
    ["Chakma", "\u{11107}", "\u{11133}\u{11107}", 2],
    ["Telugu", "\u0c15", "\u0c4d\u0c15", 4],
    ["Kannada", "\u0c95", "\u0ccd\u0c95", 4],
    ["Hindi", "\u0915", "\u094d\u0915", 4],
    ["Hindi with joiners", "\u0915", "\u094d\u200d\u0915", 4],
    ["Grantha", "\u{11315}", "\u{1134d}\u{11315}", 4],
  ])("carries no piles of letters: %s", (_, letter, joined, joinedMax) => {
    expect(tidyLine(letter + joined.repeat(30))).toBe(letter + joined.repeat(joinedMax));
  });

  it("carries no marks on nothing", () => {
    expect(tidyLine("\u0301\u0301a \u0302\u0303b")).toBe("a b");
  });

  it.each(["\u1780\u200c\u17d2", "a\u17d2\u200c\u17d2", "\u17d2\u200d\u1780", "\u1780\u200d\u17d2"])(
    "leaves nothing behind that was wanted only beside what is left out: %j",
    (line) => {
      expect(tidyLine(line)).not.toMatch(/[\u200c\u200d]$|^[\u200c\u200d]/);
      expect(tidyLine(tidyLine(line))).toBe(tidyLine(line));
    },
  );

  it("is tidy once and for all, with nothing hidden in it", () => {
    fc.assert(
      fc.property(text, (given) => {
        const tidy = tidyLine(given);
        expect(tidyLine(tidy)).toBe(tidy);
        expect(tidy).toBe(tidy.normalize("NFC"));
        expect(tidy).not.toMatch(NOTHING);
        expect(tidy).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u2800]|\p{M}{5}/u);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("several lines that people read", () => {
  it.each([
    ["one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"],
    ["  one  \n\n\n\n  two\u202e  ", "one\n\ntwo"],
    ["\u3164\n\u2800\n", ""],
    ["one\n\u0301\ntwo", "one\n\ntwo"],
  ])("are tidy one by one: %j becomes %j", (given, tidy) => {
    expect(tidyText(given)).toBe(tidy);
  });

  it("are tidy once and for all", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(tidyText(tidyText(given))).toBe(tidyText(given));
      }),
    );
  });
});

describe("a length as a person counts it", () => {
  it.each([
    ["你好", 2, true],
    ["你好吗", 2, false],
    ["👍🏿".repeat(10), 10, true],
    ["👍🏿".repeat(11), 10, false],
    ["é́".repeat(3), 3, true],
    ["👩‍👩‍👧‍👦", 1, false],
    ["👩‍👩‍👧‍👦!", 4, true],
    ["\u1100".repeat(100), 10, false],
  ])("%s is at most %d: %s", (line, charactersMax, isWithin) => {
    expect(isWithinCharacters(line, charactersMax)).toBe(isWithin);
  });
});

describe("counting while one writes", () => {
  it.each([
    ["hello", 5],
    ["  two   words  ", 9],
    ["👩‍👩‍👧‍👦👍🏽", 3],
    ["你好", 2],
    ["a\u200b\u202eb", 2],
    ["", 0],
  ])("%j has %i", (given, characters) => {
    expect(countCharacters(given)).toBe(characters);
  });
  it("agrees with what is taken, whatever is written", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (given, max) => {
        expect(countCharacters(given) <= max).toBe(isWithinCharacters(tidyLine(given), max));
      }),
    );
  });
});
