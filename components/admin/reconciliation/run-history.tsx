"use client";

import { useTranslations } from "next-intl";
import type { ReconciliationRun } from "@/domain/contracts/reconciliation";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import admin from "../admin.module.css";
import classes from "./reconciliation.module.css";

interface RunHistoryProps {
  runs: ReconciliationRun[];
  shownRunId: string | undefined;
  onShow: (runId: string) => void;
}

/** The latest runs; one that is chosen is shown in the latest one's place. */
export function RunHistory({ runs, shownRunId, onShow }: RunHistoryProps) {
  const t = useTranslations("reconciliation");
  const formats = useLocaleFormats();
  return (
    <section className={admin.card} aria-labelledby="reconciliation-history">
      <h2 id="reconciliation-history" className={admin.cardTitle}>
        {t("history")}
      </h2>
      {runs.length === 0 ? <p className={admin.hint}>{t("never")}</p> : null}
      <ul className={classes.runs} data-testid="reconciliation-history">
        {runs.map((run) => (
          <li key={run.runId}>
            <button
              type="button"
              className={classes.run}
              data-state={run.status}
              aria-pressed={run.runId === shownRunId}
              onClick={() => onShow(run.runId)}
            >
              <span className={classes.runDot} aria-hidden />
              <time dateTime={run.startedAt}>{formats.dateTime(run.startedAt)}</time>
              <span className={`${classes.runResult} numeric`}>
                {run.status === "failed" ? t("failed") : t("found", { count: run.differences })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
