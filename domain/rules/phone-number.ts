import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { unpasteNumber } from "./pasted-number";

/** With the country's calling code, and whatever people put between digits. No letters: an extension gets no message. */
const WRITTEN = /^(?:\+|00)[\d()./]+$/;
/** Reading a number may drop a zero that is dialled inside the country only. */
const READINGS_MAX = 3;

/**
 * The one spelling (E.164) of a telephone number that may exist, however it was written; null for all others. For the
 * server only: it brings the numbering plans of the world.
 */
export function canonicalPhone(text: string): string | null {
  const written = unpasteNumber(text);
  if (!WRITTEN.test(written)) return null;
  let number = `+${written.replace(/^(?:\+|00)/, "").replaceAll(/\D/g, "")}`;
  for (let reading = 0; reading < READINGS_MAX; reading += 1) {
    const phone = parsePhoneNumberFromString(number);
    if (!phone?.isPossible()) return null;
    if (phone.number === number) return number;
    number = phone.number;
  }
  return null;
}
