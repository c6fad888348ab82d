import AhoCorasick from "modern-ahocorasick";
import { type Hit, isWord } from "./borders";
import { type FoldedText, foldText, Gap } from "./fold-text";
import { readAs } from "./read-as";

/** What becomes of a message with a word of a list. */
export type WordAction = "refuse" | "author" | "hold";

/** Words by what they lead to; `allow` are words that have another one inside and are fine. */
export interface WordLists extends Readonly<Record<WordAction | "allow", readonly string[]>> {}

export type WordDecision = { action: "pass" } | { action: WordAction; words: string };

interface Term extends Pick<Hit, "opensStart" | "opensEnd" | "gaps"> {
  action: WordAction | "allow";
}

/** Lists made ready: one automaton finds all words of all lists in one pass. */
export interface WordMatcher {
  readonly find: (text: string) => { start: number; end: number; data?: Term | undefined }[];
}

const RANK: Readonly<Record<WordAction, number>> = { refuse: 3, author: 2, hold: 1 };
/** What is shorter would be found everywhere. */
export const TERM_UNITS_MIN = 2;

/** What of a word is looked for; a `*` at its start or end lets it stand inside longer words there. */
export function foldTerm(word: string): FoldedText {
  return foldText(word.replace(/^\*+|\*+$/g, ""));
}

export function buildWordMatcher(lists: WordLists): WordMatcher {
  const terms = (Object.keys(lists) as (keyof WordLists)[]).flatMap((action) =>
    lists[action].flatMap((word) => {
      const { text, gaps } = foldTerm(word);
      if (text.length < TERM_UNITS_MIN) return [];
      const own = new Set(gaps.flatMap((gap, i) => (i > 0 && gap !== Gap.none ? [i] : [])));
      const data: Term = {
        action,
        opensStart: word.startsWith("*"),
        opensEnd: word.endsWith("*"),
        gaps: own,
      };
      return [{ pattern: text, data }];
    }),
  );
  const automaton = new AhoCorasick<Term>(terms);
  return { find: terms.length === 0 ? () => [] : (text) => automaton.search(text) };
}

/**
 * What becomes of a message: of all words in it the one that leads to most. `words` are those of the message, as they were
 * written. Pure.
 */
export function decideWords(matcher: WordMatcher, message: string): WordDecision {
  let worst: { action: WordAction; words: string } | null = null;
  for (const reading of readAs(message)) {
    const found = matcher
      .find(reading.text)
      .flatMap(({ start, end, data }) => (data ? [{ start, end, ...data }] : []));
    if (found.length === 0) continue;
    const hits = found.filter((hit) => isWord(reading, hit));
    const allowed = hits.filter(({ action }) => action === "allow");
    for (const { start, end, action } of hits) {
      if (action === "allow" || (worst && RANK[action] <= RANK[worst.action])) continue;
      if (allowed.some((around) => around.start <= start && around.end >= end)) continue;
      worst = { action, words: sliceWritten(message, reading, start, end) };
    }
  }
  return worst ?? { action: "pass" };
}

function sliceWritten(message: string, { at }: FoldedText, start: number, end: number): string {
  const last = at[end - 1] ?? message.length;
  const lastLength = message.codePointAt(last) ?? 0;
  return message.slice(at[start], last + (lastLength > 0xffff ? 2 : 1));
}
