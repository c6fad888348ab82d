"use client";

import { useTranslations } from "next-intl";
import type { Traffic } from "@/domain/contracts/services";
import { useUnits } from "./use-units";

/** How much was asked of something: what came back a second, or calls a minute. */
export function useTrafficText() {
  const t = useTranslations("adminServices");
  const units = useUnits();
  return (perSecond: number, unit: Traffic["unit"]): string =>
    units.rate(perSecond, unit) ?? t("callsAMinute", { count: Math.round(perSecond * 60) });
}
