import { type FoldedText, foldText } from "./fold-text";

/** Signs and digits that are written for a letter. */
const LETTER_FOR: Readonly<Record<string, string>> = {
  "@": "a",
  $: "s",
  "!": "i",
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
};
const HAS_LETTER_FOR = /[@$!0134578]/;
const TOKENS = /[^\s\p{Script=Han}]+/gu;
const LATIN = /\p{L}/gu;
const DIGIT = /[0134578]/g;
const FOR_A_LETTER = /[@$0134578]|!(?=\p{L})/gu;
/** A letter that is written so often or more is written once, or twice, for whoever looks for the word. */
const REPEATED_MIN = 3;

/** The ways in which a text may be meant, the plain one first. */
export function readAs(text: string): FoldedText[] {
  const plain = foldText(text);
  const readings = [plain];
  if (HAS_LETTER_FOR.test(text)) {
    const meant = text.replace(TOKENS, readToken);
    if (meant !== text) readings.push(foldText(meant));
  }
  return readings.flatMap((reading) => {
    const once = shorten(reading, 1);
    return once ? [reading, once, shorten(reading, 2) ?? reading] : [reading];
  });
}

/** `5h1t` has letters enough to be a word; a number, a size and the name of a telephone have not. Nothing moves. */
function readToken(token: string): string {
  const letters = token.match(LATIN)?.length ?? 0;
  const digits = token.match(DIGIT)?.length ?? 0;
  if (letters === 0 || digits > letters) return token;
  return token.replace(FOR_A_LETTER, (sign) => LETTER_FOR[sign] ?? sign);
}

/** The text with repeated letters written so often; undefined where none is repeated. */
function shorten({ text, at, gaps }: FoldedText, times: number): FoldedText | undefined {
  const kept: number[] = [];
  for (let i = 0; i < text.length; ) {
    let end = i + 1;
    while (end < text.length && text[end] === text[i]) end += 1;
    const count = end - i >= REPEATED_MIN ? times : end - i;
    for (let k = 0; k < count; k += 1) kept.push(i + k);
    i = end;
  }
  if (kept.length === text.length) return undefined;
  return {
    text: kept.map((i) => text[i]).join(""),
    at: kept.map((i) => at[i] ?? 0),
    gaps: kept.map((i) => gaps[i] ?? 0),
  };
}
