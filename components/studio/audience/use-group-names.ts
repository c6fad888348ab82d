"use client";

import { useLocale, useMessages, useTranslations } from "next-intl";
import type { GiverSplit } from "@/domain/rules/audience";

/** What the groups of a breakdown are called; a region without a name by its code. */
export function useGroupNames(split: GiverSplit): (key: string) => string {
  const t = useTranslations("audience");
  const locale = useLocale();
  const messages = useMessages();
  if (split === "hour") return (key) => (key === "others" ? t("others") : `${key}:00`);
  if (split === "weekday") {
    const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
    // The fourth of January 1970 was a Sunday; Monday is 1.
    return (key) =>
      key === "others" ? t("others") : weekday.format(new Date(Date.UTC(1970, 0, 4 + Number(key))));
  }
  const names = { ...(messages.regions as Record<string, string>), ...messages.audience.groups };
  return (key) => names[key as keyof typeof names] ?? key;
}
