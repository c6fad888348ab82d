"use client";

import { IconAlertTriangle, IconCheck, IconMinus } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { CHECKS, type ReconciliationRun } from "@/domain/contracts/reconciliation";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import admin from "../admin.module.css";
import classes from "./reconciliation.module.css";

/** Every comparison in its order, with how much it looked at. */
export function CheckList({ run, isRunning }: { run: ReconciliationRun | null; isRunning: boolean }) {
  const t = useTranslations("reconciliation");
  const formats = useLocaleFormats();
  const reports = new Map(run?.checks.map((report) => [report.key, report]));
  return (
    <section className={admin.card} aria-labelledby="reconciliation-checks">
      <h2 id="reconciliation-checks" className={admin.cardTitle}>
        {t("checks")}
      </h2>
      <ul className={classes.checks} aria-busy={isRunning}>
        {CHECKS.map(({ key }) => {
          const report = reports.get(key);
          const state = !report ? "open" : report.differences === 0 ? "clean" : "differences";
          const Icon = { open: IconMinus, clean: IconCheck, differences: IconAlertTriangle }[state];
          return (
            <li key={key} className={classes.check} data-state={state}>
              <Icon size={17} aria-hidden className={classes.checkIcon} />
              <span>{t(`check.${key}`)}</span>
              <span className={`${classes.checkNote} numeric`}>
                {report
                  ? report.differences === 0
                    ? t("compared", { count: report.compared })
                    : t("found", { count: report.differences })
                  : t("notYet")}
                {report ? <span className={classes.took}>{formats.coins(report.tookMs)} ms</span> : null}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
