"use client";

import { useTranslations } from "next-intl";
import type { Alarm } from "@/domain/contracts/alarms";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import item from "../item-card.module.css";
import classes from "./alarms.module.css";

/** What happened to an alarm, the latest first; folded up until somebody wants to know. */
export function AlarmHistory({ alarm: { changes } }: { alarm: Alarm }) {
  const t = useTranslations("admin.alarms");
  const formats = useLocaleFormats();
  if (changes.length === 0) return null;
  return (
    <details className={classes.history} data-testid="alarm-history">
      <summary>{t("history", { count: changes.length })}</summary>
      <ol className={`${classes.changes} numeric`}>
        {changes.map(({ change, at }) => (
          <li key={`${change} ${at}`} className={item.dim}>
            <time dateTime={at}>{formats.fullDateTime(at)}</time>
            <span>{t(`changes.${change}`)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
