import { createHash } from "node:crypto";
import { isExactNumber, toPlainAmount } from "@/domain/rules/exact-json";
import { tidyLine } from "@/domain/rules/readable-text";

/** Providers' messages are genuine but not ours: whatever is read of them is read with care and never throws. */

const TEXT_CHARS_MAX = 200;

/** A short line that people may read and every database takes; null for anything else. */
export function textOf(value: unknown): string | null {
  const said = isNumeral(value) ? String(value) : value;
  if (typeof said !== "string") return null;
  const text = tidyLine(said);
  // Half of a pair may be left where it was cut.
  return text === "" ? null : text.slice(0, TEXT_CHARS_MAX).replace(/\p{Surrogate}$/u, "");
}

/** An id may be a number, of however many digits: it is the text that was sent. */
export const isNumeral = (value: unknown): boolean => typeof value === "number" || isExactNumber(value);

/** What somebody else calls a thing. Two names that differ in a letter stay two; one that cannot be kept is kept as its hash. */
export function refOf(value: unknown): string | null {
  const text = textOf(value);
  if (typeof value !== "string" || value === "" || text === value) return text;
  return `sha256:${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;
}

/**
 * An amount that is to go back, in fen of CNY. Null, which stands for the whole payment, for another currency and for
 * everything that is no plain amount: who stops too much can let go, who stops too little has lost it.
 */
export function stoppedFen(said: unknown, currency: unknown): number | null {
  const amount = toPlainAmount(said);
  const isOurs = currency === undefined || (typeof currency === "string" && currency.toLowerCase() === "cny");
  return isOurs && typeof amount === "number" && Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}

/** What was said, as people are shown it: short, and only plain values. */
export function quote(values: Record<string, unknown>): Record<string, string | number | boolean> {
  const said: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(values)) {
    const plain = typeof value === "number" || typeof value === "boolean" ? value : textOf(value);
    if (plain !== null && plain !== undefined && !(typeof plain === "number" && !Number.isFinite(plain)))
      said[key] = plain;
  }
  return said;
}

/** An instant that is told in milliseconds or as text; null when it is none that a date can hold. */
export function instantOf(said: unknown): Date | null {
  const value = toPlainAmount(said);
  if (typeof value !== "string" && typeof value !== "number") return null;
  const at = new Date(value);
  const year = at.getUTCFullYear();
  return year >= 2000 && year < 3000 ? at : null;
}

/** A plain object, or an empty one. */
export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
