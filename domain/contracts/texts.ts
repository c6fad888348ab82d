import { z } from "zod";
import { unpasteNumber } from "../rules/pasted-number";
import { isWithinCharacters, tidyLine, tidyText } from "../rules/readable-text";

/** How much longer than its characters a text may be that is sent to us: emoji are long, and what is hidden is not counted. */
const UNITS_PER_CHARACTER = 16;

/** What the strings of contracts are that are neither ids nor of a few known words; a test walks over all of them. */
export const TEXT_KINDS = z.registry<{ kind: "line" | "lines" | "cursor" | "pasted" }>();

function readable(charactersMax: number, { kind, isNeeded }: { kind: "line" | "lines"; isNeeded: boolean }) {
  return z
    .string()
    .max(charactersMax * UNITS_PER_CHARACTER, `must have at most ${charactersMax} characters`)
    .transform(kind === "line" ? tidyLine : tidyText)
    .refine((text) => text !== "" || !isNeeded, {
      message: "must have something that can be seen",
      abort: true,
    })
    .refine(
      (text) => isWithinCharacters(text, charactersMax),
      `must have at most ${charactersMax} characters`,
    )
    .register(TEXT_KINDS, { kind });
}

/** One line for people to read, without anything that hides, reorders or piles up; characters as a person counts them. */
export const readableLine = (charactersMax: number) =>
  readable(charactersMax, { kind: "line", isNeeded: true });

/** The same, where nothing at all is an answer, too. */
export const optionalLine = (charactersMax: number) =>
  readable(charactersMax, { kind: "line", isNeeded: false });

/** The same, of several lines. */
export const readableLines = (charactersMax: number) =>
  readable(charactersMax, { kind: "lines", isNeeded: true });

export const optionalLines = (charactersMax: number) =>
  readable(charactersMax, { kind: "lines", isNeeded: false });

const cursor = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax, "must be a cursor")
    .regex(/^[\w-]*$/, "must be a cursor")
    .register(TEXT_KINDS, { kind: "cursor" });

/** Where a page begins: opaque, and of our own making. */
export const PageCursor = cursor(400);

/** The same of a list that is merged from many, each with its place. */
export const WalksCursor = cursor(4_000);

/** Six digits out of a message, however they were written or pasted. */
export const OneTimeCode = z
  .string()
  .max(100)
  .transform(unpasteNumber)
  .refine((code) => /^\d{6}$/.test(code), "must have six digits")
  .register(TEXT_KINDS, { kind: "pasted" });

/** An address of the web as it stands in a page: of visible characters only. */
export const WebAddress = z
  .url({ protocol: /^https$/ })
  .regex(/^[!-~]+$/, "must be written in plain letters");
