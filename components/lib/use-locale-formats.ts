"use client";

import { useLocale } from "next-intl";
import { useMemo } from "react";
import { formatCoins, formatCompact, formatFen } from "./format";

/** The formats bound to the language in use; times are shown in the reader's own time zone. */
export function useLocaleFormats() {
  const locale = useLocale();
  return useMemo(() => {
    const dateTime = new Intl.DateTimeFormat(locale, {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    const fullDateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
    const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    return {
      locale,
      coins: (coins: number) => formatCoins(coins, locale),
      compact: (count: number) => formatCompact(count, locale),
      fen: (fen: number) => formatFen(fen, locale),
      dateTime: (iso: string) => dateTime.format(new Date(iso)),
      /** With the year: for what may lie far away. */
      fullDateTime: (iso: string) => fullDateTime.format(new Date(iso)),
      clock: (iso: string) => clock.format(new Date(iso)),
    };
  }, [locale]);
}
