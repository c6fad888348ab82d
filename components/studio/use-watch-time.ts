"use client";

import { useTranslations } from "next-intl";

const MINUTE_MS = 60_000;

/** Hours and minutes. */
export function useWatchTime(): (ms: number) => string {
  const t = useTranslations("studio");
  return (ms) => {
    const minutes = Math.floor(ms / MINUTE_MS);
    return t("duration", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  };
}
