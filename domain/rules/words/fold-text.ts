import { resolveConfusablesTransformer } from "obscenity";
import { Converter } from "opencc-js/t2cn";

/**
 * What stands before a unit of a folded text that was left out: nothing; a sign that people put into a word to hide it; or
 * what parts words and sentences: a space, a full stop, an emoji.
 */
export const Gap = { none: 0, sign: 1, pause: 2 } as const;
export type Gap = (typeof Gap)[keyof typeof Gap];

/** A text as words are looked for in it: letters and digits alone, each written in one way. */
export interface FoldedText {
  text: string;
  /** Where in the text as it was written each unit of `text` begins. */
  at: readonly number[];
  /** What was left out before each unit. */
  gaps: readonly Gap[];
}

/** Scripts that are not taken for another one's letters. */
const OWN_SHAPES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{M}]/u;
const HAN = /\p{Script=Han}/u;
const MARKS = /\p{M}/gu;
const DRAWN_AS_NOTHING = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/u;
const SIGN = /[*#_\-·•|^$+=&@%\\~]/u;
/** Each code point is folded once; more than any two languages are written with. */
const FOLDED_MAX = 20_000;

const toLatin = resolveConfusablesTransformer().transform;
/** Made with the first text that is folded. */
let toSimplified: ((text: string) => string) | undefined;
const folded = new Map<string, string>();

/** One character in the one way that stands for all of its kind; empty for what is neither letter nor digit. */
function foldCharacter(character: string): string {
  const known = folded.get(character);
  if (known !== undefined) return known;
  let text = "";
  for (const part of OWN_SHAPES.test(character)
    ? character.normalize("NFKC")
    : character.normalize("NFKD").replace(MARKS, "").replaceAll("ß", "ss")) {
    if (LETTER_OR_DIGIT.test(part)) text += foldLetter(part);
  }
  if (folded.size < FOLDED_MAX) folded.set(character, text);
  return text;
}

function foldLetter(letter: string): string {
  if (HAN.test(letter)) {
    toSimplified ??= Converter({ from: "t", to: "cn" });
    return toSimplified(letter);
  }
  if (OWN_SHAPES.test(letter)) return letter;
  const shape = toLatin(letter.codePointAt(0) ?? 0);
  return (shape === undefined ? letter : String.fromCodePoint(shape)).toLowerCase();
}

const LEADING_MARKS = /^\p{M}+/u;

/** Signs of other scripts, put on a Latin letter, would make another one of it. */
const withoutStrayMarks = (letters: string, before: string | undefined): string =>
  LEADING_MARKS.test(letters) && !(before && OWN_SHAPES.test(before))
    ? letters.replace(LEADING_MARKS, "")
    : letters;

/**
 * Folds a text: width, case, accents, traditional characters and letters that look like others are written in one way;
 * what is no letter or digit is left out and remembered as a gap. Pure.
 */
export function foldText(text: string): FoldedText {
  const at: number[] = [];
  const gaps: Gap[] = [];
  let out = "";
  let gap: Gap = Gap.none;
  let position = 0;
  for (const character of text) {
    const letters = withoutStrayMarks(foldCharacter(character), gap === Gap.none ? out.at(-1) : undefined);
    for (const unit of letters.split("")) {
      out += unit;
      at.push(position);
      gaps.push(gap);
      gap = Gap.none;
    }
    if (letters === "" && !DRAWN_AS_NOTHING.test(character)) {
      gap = gap === Gap.pause || !SIGN.test(character) ? Gap.pause : Gap.sign;
    }
    position += character.length;
  }
  return { text: out, at, gaps };
}
