/** Control characters, lone surrogates, and marks that hide or reorder what people read. Joiners of emoji stay. */
const UNWANTED = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const JOINERS = /\u200c|\u200d|\ufe0e|\ufe0f/gu;

/** One line of text as others may see it; empty when nothing of it can be seen. */
export function cleanText(text: string): string {
  const line = text.replace(/\s+/gu, " ").replace(UNWANTED, "").trim();
  return line.replace(JOINERS, "").trim() === "" ? "" : line;
}
