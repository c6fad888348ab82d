"use client";

import { Button, Progress } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClockPause, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { CHECKS, type ReconciliationRun } from "@/domain/contracts/reconciliation";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { TraceId } from "../../ui/trace-id";
import classes from "./reconciliation.module.css";

interface RunStateProps {
  /** The run that is shown. */
  run: ReconciliationRun | null;
  running: ReconciliationRun | null;
  /** A run goes on or was asked for. */
  isWaiting: boolean;
  onRun: () => void;
}

/** One look tells: zero, or how many, or that nobody could look. */
export function RunState({ run, running, isWaiting, onRun }: RunStateProps) {
  const t = useTranslations("reconciliation");
  const formats = useLocaleFormats();
  const state = run?.status ?? "never";
  const Icon = state === "clean" ? IconCircleCheck : state === "never" ? IconClockPause : IconAlertTriangle;
  const done = running?.checks.length ?? 0;
  return (
    <section
      className={classes.state}
      data-state={state}
      aria-labelledby="reconciliation-state"
      data-testid="reconciliation-state"
    >
      <Icon size={44} stroke={1.6} className={classes.stateIcon} aria-hidden />
      <div className={classes.stateText} aria-live="polite">
        <h2 id="reconciliation-state" className={`${classes.stateTitle} numeric`}>
          {state === "clean" || state === "differences" ? (
            <>
              <strong data-testid="reconciliation-count">{formats.coins(run?.differences ?? 0)}</strong>{" "}
              {t("differences", { count: run?.differences ?? 0 })}
            </>
          ) : (
            t(state)
          )}
        </h2>
        {run ? (
          <p className={classes.stateNote}>
            {run.error ? `${run.error} ` : ""}
            {t("at", { time: formats.dateTime(run.endedAt ?? run.startedAt) })} ·{" "}
            {run.requestedBy ? t("byOperator") : t("byClock")} · <TraceId traceId={run.traceId} />
          </p>
        ) : (
          <p className={classes.stateNote}>{t("neverText")}</p>
        )}
      </div>
      <div className={classes.stateAction}>
        <Button
          leftSection={<IconPlayerPlay size={17} aria-hidden />}
          loading={isWaiting}
          onClick={onRun}
          data-testid="reconciliation-run"
        >
          {t("runNow")}
        </Button>
        {running ? (
          <div className={classes.progress} data-testid="reconciliation-progress">
            <Progress
              value={(done / CHECKS.length) * 100}
              size="sm"
              aria-label={t("progress", { done, all: CHECKS.length })}
            />
            <span>{t("progress", { done, all: CHECKS.length })}</span>
          </div>
        ) : null}
      </div>
    </section>
  );
}
