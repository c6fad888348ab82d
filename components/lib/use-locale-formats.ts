"use client";

import { useLocale } from "next-intl";
import { formatCoins, formatCompact, formatFen } from "./format";
import { useReaderTimeZone } from "./reader-time-zone";

/** The formats bound to the language in use; times are shown in the reader's own time zone. */
export function useLocaleFormats() {
  return formatsOf(useLocale(), useReaderTimeZone());
}

type LocaleFormats = ReturnType<typeof createFormats>;

/** A browser has one zone; the server draws for everybody's. */
const ZONES_KEPT_MAX = 48;
const formatsByReader = new Map<string, LocaleFormats>();

/** Every line of a list formats: what is costly to make is made once for a reader, and only when it is used. */
function formatsOf(locale: string, timeZone: string): LocaleFormats {
  const reader = `${locale} ${timeZone}`;
  let formats = formatsByReader.get(reader);
  if (!formats) {
    if (formatsByReader.size >= ZONES_KEPT_MAX) formatsByReader.clear();
    formats = createFormats(locale, timeZone);
    formatsByReader.set(reader, formats);
  }
  return formats;
}

function createFormats(locale: string, timeZone: string) {
  const dateTime = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
        timeZone,
      }),
  );
  const fullDateTime = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        dateStyle: "medium",
        timeStyle: "medium",
        hourCycle: "h23",
        timeZone,
      }),
  );
  const clock = once(
    () => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }),
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
