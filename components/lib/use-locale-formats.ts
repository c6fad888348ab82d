"use client";

import { useLocale } from "next-intl";
import { formatCoins, formatCompact, formatFen } from "./format";

/** The formats bound to the language in use; times are shown in the reader's own time zone. */
export function useLocaleFormats() {
  return formatsOf(useLocale());
}

type LocaleFormats = ReturnType<typeof createFormats>;

const formatsByLocale = new Map<string, LocaleFormats>();

/** Every line of a list formats: what is costly to make is made once for a language, and only when it is used. */
function formatsOf(locale: string): LocaleFormats {
  let formats = formatsByLocale.get(locale);
  if (!formats) {
    formats = createFormats(locale);
    formatsByLocale.set(locale, formats);
  }
  return formats;
}

function createFormats(locale: string) {
  const dateTime = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
      }),
  );
  const fullDateTime = once(
    () => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }),
  );
  const clock = once(
    () => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  );
  return {
    locale,
    coins: (coins: number) => formatCoins(coins, locale),
    compact: (count: number) => formatCompact(count, locale),
    fen: (fen: number) => formatFen(fen, locale),
    dateTime: (iso: string) => dateTime().format(new Date(iso)),
    /** With the year: for what may lie far away. */
    fullDateTime: (iso: string) => fullDateTime().format(new Date(iso)),
    clock: (iso: string) => clock().format(new Date(iso)),
  };
}

function once<T>(create: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= create();
    return made;
  };
}
