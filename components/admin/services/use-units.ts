"use client";

import { useLocale } from "next-intl";
import { useMemo } from "react";
import type { Traffic } from "@/domain/contracts/services";

/** Rates, times and parts as the reader's language writes them. */
export function useUnits() {
  const locale = useLocale();
  return useMemo(() => {
    const unit = (name: string, digits = 1) =>
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit: name,
        unitDisplay: "short",
        maximumFractionDigits: digits,
      });
    const [kilobytes, megabytes] = [unit("kilobyte-per-second"), unit("megabyte-per-second")];
    const [milliseconds, seconds] = [unit("millisecond"), unit("second")];
    const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
    const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    return {
      milliseconds: (ms: number) => milliseconds.format(ms),
      seconds: (count: number) => seconds.format(count),
      percent: (part: number) => percent.format(part),
      count: (count: number) => plain.format(count),
      /** Undefined for calls, whose word is the messages' matter. */
      rate: (perSecond: number, of: Traffic["unit"]) => {
        if (of === "calls") return undefined;
        return perSecond >= 1e6 ? megabytes.format(perSecond / 1e6) : kilobytes.format(perSecond / 1e3);
      },
    };
  }, [locale]);
}
