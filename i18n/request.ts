import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { isAppLocale, LOCALE_COOKIE, negotiateLocale } from "./locale";
import { readTimeZone, TIME_ZONE_COOKIE } from "./time-zone";

export default getRequestConfig(async () => {
  const kept = await cookies();
  const chosen = kept.get(LOCALE_COOKIE)?.value;
  const locale = isAppLocale(chosen) ? chosen : negotiateLocale((await headers()).get("accept-language"));
  const messages =
    locale === "zh" ? await import("../messages/zh.json") : await import("../messages/en.json");
  return { locale, messages: messages.default, timeZone: readTimeZone(kept.get(TIME_ZONE_COOKIE)?.value) };
});
