import { isLosslessNumber, isSafeNumber, LosslessNumber, parse, stringify } from "lossless-json";

/**
 * A number of JSON that would be written otherwise once it were a `number`: 9007199254740993, 1e400, -0, 1.0. It stays as
 * it was written, which is its `toString()`.
 */
export type ExactNumber = LosslessNumber;

/** In a text without any of these every number is written just as JavaScript writes it. */
const MAY_LOSE = /\d{16}|\d[.eE]|-0/;

const readNumber = (text: string) =>
  String(Number(text)) === text ? Number(text) : new LosslessNumber(text);

/** JSON whose numbers keep every digit: plain ones are a `number`, all others an `ExactNumber`. Throws for what is no JSON. */
export function parseExactJson(text: string): unknown {
  if (!MAY_LOSE.test(text)) return JSON.parse(text);
  return parse(text, undefined, {
    parseNumber: readNumber,
    // As everybody else reads it.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** The JSON of what `parseExactJson` read; undefined for a value that has none. Throws where it is nested too deeply. */
export function stringifyExactJson(value: unknown): string | undefined {
  return stringify(value);
}

export const isExactNumber = (value: unknown): value is ExactNumber => isLosslessNumber(value);

/** An amount may be written as 1.0 or 1e2; one that no `number` holds stays what it is, for a schema to refuse. */
export const toPlainAmount = (value: unknown): unknown =>
  isExactNumber(value) && isSafeNumber(value.value) ? Number(value.value) : value;
