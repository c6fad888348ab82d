import { unpasteNumber } from "@/domain/rules/pasted-number";

/** Countries offered first; a number may also be typed with any `+` prefix. */
export const COUNTRY_CODES = [
  "+86",
  "+852",
  "+853",
  "+886",
  "+65",
  "+60",
  "+81",
  "+82",
  "+1",
  "+44",
  "+49",
  "+61",
] as const;
export const DEFAULT_COUNTRY_CODE = "+86";

/** E.164: a plus and at most fifteen digits. */
const E164 = /^\+[1-9]\d{6,14}$/;
const CHINA_MOBILE = /^\+861[3-9]\d{9}$/;

/** The full number for what was typed, or null when it cannot be one. */
export function readPhoneNumber(countryCode: string, typed: string): string | null {
  const compact = unpasteNumber(typed)
    .replace(/\(0\)|[().]/g, "")
    .replace(/^00/, "+");
  const given = compact.startsWith("+") ? compact : `${countryCode}${compact.replace(/^0+/, "")}`;
  const full = given.replace(/^\+860+/, "+86");
  if (!E164.test(full)) return null;
  if (full.startsWith("+86") && !CHINA_MOBILE.test(full)) return null;
  return full;
}
