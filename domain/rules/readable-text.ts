/**
 * What people read of what other people write, by the properties of Unicode: nothing that hides, reorders or piles up over
 * its neighbours. Emoji, and joiners in scripts that are written with them, stay as they are.
 */

/** Scripts whose letters are shaped by joiners: Persian, Hindi, Sinhala and their kind. */
const JOINED =
  "[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Nko}\\p{Script=Adlam}\\p{Script=Hanifi_Rohingya}" +
  "\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}" +
  "\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}]";
const EMOJI = "(?!\\p{Cn})\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})?";
/** Sequences of characters, some of which are nothing by themselves, that are one picture or one letter. */
const WANTED = [
  // The flags of England, Scotland and Wales.
  "\\u{1F3F4}\\u{E0067}\\u{E0062}(?:\\u{E0065}\\u{E006E}\\u{E0067}|\\u{E0073}\\u{E0063}\\u{E0074}|\\u{E0077}\\u{E006C}\\u{E0073})\\u{E007F}",
  "(?!\\p{Cn})\\p{Extended_Pictographic}\\uFE0E",
  `${EMOJI}(?:\\u200D${EMOJI}){0,4}`,
  "[\\d#*]\\uFE0F\\u20E3",
  // Names in Chinese and Japanese may need one form of a letter.
  "\\p{Script=Han}[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]",
  "[\\u1820-\\u18AA][\\u180B-\\u180D\\u180F]",
  `(?<=${JOINED})[\\u200C\\u200D](?=${JOINED})`,
  // Signs before Arabic numbers, which are seen although they count as format.
  "[\\u0600-\\u0605\\u06DD\\u0890\\u0891\\u08E2]",
].join("|");
/** The last ones are letters and symbols that are drawn as nothing, or as a place for what is not there. */
const UNWANTED =
  "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Default_Ignorable_Code_Point}\\uFFFC\\u{16FE4}\\u{1D159}\\u{13441}\\u{13442}]";
const WANTED_OR_NOT = new RegExp(`(${WANTED})|${UNWANTED}`, "gu");

/** U+2800 is the blank of Braille; U+FEFF is no space at all. */
const SPACES = /(?:(?!\ufeff)[\s\u0085\u2800])+/gu;
const SPACES_IN_LINE = /[^\S\n]+/gu;
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/gu;
const BLANK_LINES = / *\n(?: *\n)+ */gu;

/** As many marks as any language puts on one letter. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;
const MARKS_ON_NOTHING = /(^|[\s\u200C\u200D])\p{M}+/gu;
/** Letters below letters below letters: Khmer, Burmese, Tai Tham, Meetei Mayek, Balinese, Sundanese, Javanese. */
const STACKERS =
  "[\\u1039\\u17D2\\u1A60\\uAAF6\\u1B44\\u1BAB\\uA9C0\\u{10A3F}\\u{11133}\\u{11A47}\\u{11A99}]";
/** What joins letters in other scripts of India (class 9 of Unicode), five of them at most: कार्त्स्न्य. */
const VIRAMAS =
  "[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D4D\\u0DCA\\u0F84\\uA806\\uA8C4\\uABED\\u{11046}\\u{1107F}\\u{110B9}" +
  "\\u{111C0}\\u{11235}\\u{112EA}\\u{1134D}\\u{11442}\\u{114C2}\\u{115BF}\\u{1163F}\\u{116B6}\\u{1172B}\\u{11839}\\u{1193E}\\u{119E0}\\u{11C3F}\\u{11D45}\\u{11D97}]";
const PILED_LETTERS = new RegExp(
  `((?:${STACKERS}\\p{L}){2})(?:${STACKERS}\\p{L})+|((?:${VIRAMAS}\\u200D?\\p{L}){4})(?:${VIRAMAS}\\u200D?\\p{L})+`,
  "gu",
);

const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Code points to one character that a person counts, on average: a long text of families of emoji is too long. */
const CODE_POINTS_PER_CHARACTER = 4;

function tidyMarks(text: string): string {
  return text
    .replace(WANTED_OR_NOT, (_, wanted: string | undefined) => wanted ?? "")
    .normalize("NFC")
    .replace(MARKS_ON_NOTHING, "$1")
    .replace(PILED_MARKS, "$1")
    .replace(PILED_LETTERS, "$1$2");
}

/** One line as others may see it; empty where there is nothing to be seen. */
export function tidyLine(text: string): string {
  let line = text.normalize("NFC");
  // What is left out may leave something behind that was only wanted beside it.
  for (let before = ""; line !== before; ) {
    before = line;
    line = tidyMarks(line.replace(SPACES, " ")).trim();
  }
  return SEEN.test(line) ? line : "";
}

/** The same of several lines, with at most one empty line between two. */
export function tidyText(text: string): string {
  const lines = text.normalize("NFC").replace(LINE_ENDS, "\n").split("\n").map(tidyLine);
  return lines.join("\n").replace(BLANK_LINES, "\n\n").replace(SPACES_IN_LINE, " ").trim();
}

let segmenter: Intl.Segmenter | undefined;

/** Whether a tidy text has at most so many characters, as a person counts them. */
export function isWithinCharacters(text: string, charactersMax: number): boolean {
  if (text.length <= charactersMax) return true;
  if (Array.from(text).length > charactersMax * CODE_POINTS_PER_CHARACTER) return false;
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let characters = 0;
  for (const _ of segmenter.segment(text)) {
    characters += 1;
    if (characters > charactersMax) return false;
  }
  return true;
}

/** A text longer than this is counted roughly: it is far too long for anything, and counting must not hold a page up. */
const COUNTED_LENGTH_MAX = 20_000;

/**
 * How many characters a line has once it is tidy, for whoever writes it: at most so many as a bound says exactly where
 * `isWithinCharacters` takes it.
 */
export function countCharacters(text: string): number {
  if (text.length > COUNTED_LENGTH_MAX) return text.length;
  const line = tidyLine(text);
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  const characters = Array.from(segmenter.segment(line)).length;
  return Math.max(characters, Math.ceil(Array.from(line).length / CODE_POINTS_PER_CHARACTER));
}
