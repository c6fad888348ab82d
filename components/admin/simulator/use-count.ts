"use client";

import { useLocale } from "next-intl";
import { useMemo } from "react";

/** Numbers as the reader's language writes them, to two digits after the point. */
export function useCount(): (value: number) => string {
  const locale = useLocale();
  return useMemo(() => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    return (value) => format.format(value);
  }, [locale]);
}
