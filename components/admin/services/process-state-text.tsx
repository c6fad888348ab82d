"use client";

import { useTranslations } from "next-intl";
import type { ProcessState } from "@/domain/contracts/services";
import admin from "../admin.module.css";

const MOODS: Record<ProcessState, string | undefined> = {
  ready: admin.good,
  unready: admin.bad,
  dead: admin.bad,
  replaced: admin.tileNote,
  drained: admin.tileNote,
};

export function ProcessStateText({ state }: { state: ProcessState }) {
  const t = useTranslations("adminServices.states");
  return <span className={MOODS[state]}>{t(state)}</span>;
}
