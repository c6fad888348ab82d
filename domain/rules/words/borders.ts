import { type FoldedText, Gap } from "./fold-text";

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\ud840-\ud8bf\udc00-\udfff]/u;
const DIGIT = /\p{N}/u;
type Kind = "unspaced" | "digit" | "letter";

let words: Intl.Segmenter | undefined;

function kindAt(text: string, i: number): Kind {
  const unit = text[i] ?? "";
  return UNSPACED.test(unit) ? "unspaced" : DIGIT.test(unit) ? "digit" : "letter";
}

/** Whether a word may begin at `i`, or end before it, as far as what stands there says. */
function isBorder({ text, gaps }: FoldedText, i: number): boolean {
  return i === 0 || i === text.length || gaps[i] !== Gap.none || kindAt(text, i - 1) !== kindAt(text, i);
}

export interface Hit {
  start: number;
  /** The first unit behind it. */
  end: number;
  /** May stand inside a longer word, before or behind. */
  opensStart: boolean;
  opensEnd: boolean;
  /** Where the word itself has a gap, from its start. */
  gaps: ReadonlySet<number>;
}

/** Whether what was found is the word, and not letters of other words that stand beside each other. */
export function isWord(folded: FoldedText, hit: Hit): boolean {
  const { start, end, gaps } = hit;
  const inner: Gap[] = [];
  for (let i = start + 1; i < end; i += 1) {
    const gap = folded.gaps[i] ?? Gap.none;
    if (gap !== Gap.none && !gaps.has(i - start)) inner.push(gap);
  }
  if (inner.length === 0) return standsAlone(folded, hit);
  const isSpelledOut = end - start >= 3 && inner.length + gaps.size >= end - start - 1;
  const isUnspaced = kindAt(folded.text, start) === "unspaced";
  const isSigned = inner.every((gap) => gap === Gap.sign);
  if (isUnspaced && (isSpelledOut || (isSigned && !crossesWords(folded, start, end)))) return true;
  if (!isBorder(folded, start) || !isBorder(folded, end)) return false;
  return isSpelledOut || isUnspaced || isSigned;
}

function standsAlone(folded: FoldedText, { start, end, opensStart, opensEnd }: Hit): boolean {
  const { text } = folded;
  const startsOpen = !opensStart && !isBorder(folded, start);
  const endsOpen = !opensEnd && !isBorder(folded, end);
  if (startsOpen && kindAt(text, start) !== "unspaced") return false;
  if (endsOpen && kindAt(text, end - 1) !== "unspaced") return false;
  return !(startsOpen || endsOpen) || !crossesWords(folded, start, end);
}

/**
 * Whether one of the words of a text without spaces is partly inside and partly outside of what was found: 大麻 of 大 and 麻烦.
 * A longer word that has all of it does not protect it: that is what the list of allowed words is for.
 */
function crossesWords(folded: FoldedText, start: number, end: number): boolean {
  const { text } = folded;
  let from = start;
  while (!isBorder(folded, from)) from -= 1;
  let to = end;
  while (!isBorder(folded, to)) to += 1;
  words ??= new Intl.Segmenter("zh", { granularity: "word" });
  for (const { segment, index } of words.segment(text.slice(from, to))) {
    const wordStart = from + index;
    const wordEnd = wordStart + segment.length;
    if (wordStart < start && wordEnd > start && wordEnd < end) return true;
    if (wordStart > start && wordStart < end && wordEnd > end) return true;
  }
  return false;
}
