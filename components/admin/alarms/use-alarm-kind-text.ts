"use client";

import { useTranslations } from "next-intl";
import { ALARM_KINDS, type AlarmKind, alarmKindKey } from "@/server/contracts/alarms";

const KNOWN: ReadonlySet<string> = new Set(ALARM_KINDS);

/** A kind of alarm in words. One that this version does not know, raised by another, keeps its name. */
export function useAlarmKindText() {
  const t = useTranslations("admin.alarms.kinds");
  return (kind: string): string => (KNOWN.has(kind) ? t(alarmKindKey(kind as AlarmKind)) : kind);
}
