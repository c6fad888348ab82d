"use client";

import { useTranslations } from "next-intl";
import type { AlarmKindKey } from "@/domain/contracts/alarms";

/** A kind of alarm in words. One that this version does not know, raised by another, keeps its name. */
export function useAlarmKindText() {
  const t = useTranslations("admin.alarms.kinds");
  return (kind: string): string => {
    const key = kind.replaceAll(".", "_") as AlarmKindKey;
    return t.has(key) ? t(key) : kind;
  };
}
