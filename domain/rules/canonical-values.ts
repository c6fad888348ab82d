/** Checks for readers that write a contract out where it would cost too much: see `readCanonicalEntry`, `readCanonicalSend`. */
export function isLike(pattern: RegExp, value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}

/** A whole number from 1 to `max`. */
export function isWithin(max: number, value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
}
