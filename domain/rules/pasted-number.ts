/** Numbers as people paste them out of messages and tables: in wide or other digits, with spaces, dashes and hidden marks. */

/** What is there and cannot be seen: marks of direction, soft hyphens, joiners, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const SPACES = /[\s\u2800]/gu;
/** Everything that is written as a line between digits. */
const DASHES = /[\p{Pd}\u2212\u02d7\u00b7\u30fb\uff65]/gu;

const DIGIT = /\p{Nd}/u;
const isDigit = (point: number) => point >= 0 && DIGIT.test(String.fromCodePoint(point));

/** Every script has its ten digits in a row, from zero to nine. */
function toAsciiDigit(digit: string): string {
  let point = digit.codePointAt(0) ?? 0;
  let before = 0;
  for (; isDigit(point - 1); point -= 1) before += 1;
  return String(before % 10);
}

/** What was meant, in plain letters and digits, without spaces; dashes stay. */
export function unpaste(text: string): string {
  return text
    .normalize("NFKC")
    .replace(UNSEEN, "")
    .replace(SPACES, "")
    .replace(/(?![0-9])\p{Nd}/gu, toAsciiDigit);
}

/** The same of a number, in which dashes only make it easier to read. */
export const unpasteNumber = (text: string): string => unpaste(text).replace(DASHES, "");
