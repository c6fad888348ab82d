import { randomInt } from "node:crypto";
import luhn from "fast-luhn";

/** The number of a UnionPay card that nobody has, with the right check digit; its last places are never 0000. */
export function cardNumber(): string {
  const beginning = `62220202${randomInt(10 ** 8, 10 ** 9)}1`;
  const digit = Array.from({ length: 10 }, (_, i) => i).find((last) => luhn(`${beginning}${last}`));
  return `${beginning}${digit}`;
}
