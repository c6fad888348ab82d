"use client";

import { useTranslations } from "next-intl";
import { splitEvery } from "./every";

/** How long something is or how often it comes, in the reader's words. */
export function useEveryText(): (everyMs: number) => string {
  const t = useTranslations("adminJobs.spans");
  return (everyMs) => {
    const { count, unit } = splitEvery(everyMs);
    return t(unit, { count });
  };
}
