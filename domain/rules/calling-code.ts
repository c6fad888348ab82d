/**
 * The calling codes of one and of two digits. All others have three (ITU-T E.164 annex A); none is the beginning of
 * another, and new ones have been of three digits for decades.
 */
const SHORT = new Set(
  (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 " +
    "86 90 91 92 93 94 95 98"
  ).split(" "),
);

/** Country calling code of a number in E.164 form, as `86` of `+8613800000001`. */
export function callingCodeOf(phoneNumber: string): string {
  const digits = phoneNumber.slice(1);
  return (
    [1, 2].map((length) => digits.slice(0, length)).find((code) => SHORT.has(code)) ?? digits.slice(0, 3)
  );
}
