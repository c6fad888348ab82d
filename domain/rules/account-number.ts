import luhn from "fast-luhn";
import { isValidIBAN } from "ibantools";
import { unpaste, unpasteNumber } from "./pasted-number";

export type AccountKind = "bank" | "alipay" | "wechat";

/** How the number of each kind of account looks once it was tidied. */
const SHAPES: Record<AccountKind, RegExp> = {
  bank: /^(?:\d{8,34}|[A-Z]{2}\d{2}[A-Z\d]{10,30})$/,
  alipay: /^(?:\+?\d{6,20}|[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})$/,
  wechat: /^[A-Za-z\d][\w-]{5,63}$/,
};

/**
 * The numbers that are of cards (ISO/IEC 7812, by the ranges that their networks tell): Visa, Mastercard, American Express,
 * JCB, Diners Club, and all that begin with 6, UnionPay among them. Other numbers of accounts have no check digit we know.
 */
const CARD =
  /^(?:4\d{15}(?:\d{3})?|5[0-8]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|6\d{15,18})$/;

/** Copied along with the number out of an invoice. */
const IBAN_LABEL = /^IBAN:?(?=[A-Z]{2}\d{2})/;

/** The number of an account as it is kept: nothing in it that only made it easier to read. */
export function tidyAccountNumber(kind: AccountKind, text: string): string {
  if (kind === "bank") return unpasteNumber(text).toUpperCase().replace(IBAN_LABEL, "");
  // Dashes are letters of names and addresses, and nothing in a telephone number.
  return kind === "alipay" && !unpaste(text).includes("@") ? unpasteNumber(text) : unpaste(text);
}

/** What is wrong with a tidy number of an account, or undefined. */
export function findAccountNumberFault(kind: AccountKind, number: string): string | undefined {
  if (!SHAPES[kind].test(number)) return "does not look like such an account";
  if (kind !== "bank") return undefined;
  const isRight = /^\d/.test(number) ? !CARD.test(number) || luhn(number) : isValidIBAN(number);
  return isRight ? undefined : "has a wrong digit: its check digits do not fit";
}
