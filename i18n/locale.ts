/** The languages of the interface. A cookie keeps the choice; addresses are the same in every language. */
export const LOCALES = ["en", "zh"] as const;
export type AppLocale = (typeof LOCALES)[number];
export const LOCALE_COOKIE = "NEXT_LOCALE";

export function isAppLocale(value: string | undefined): value is AppLocale {
  return LOCALES.some((locale) => locale === value);
}

/** The first language of an Accept-Language header that we speak, else English. */
export function negotiateLocale(acceptLanguage: string | null): AppLocale {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters.map((p) => p.trim()).find((p) => p.startsWith("q="));
      return { language: tag.split("-", 1)[0], quality: quality ? Number(quality.slice(2)) || 0 : 1 };
    })
    .filter((entry) => entry.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wanted) {
    if (isAppLocale(language)) return language;
  }
  return "en";
}
