"use client";

import { useTranslations } from "next-intl";
import type { WithdrawalStep } from "@/domain/contracts/withdrawal";
import { useLocaleFormats } from "../lib/use-locale-formats";
import classes from "./withdrawal-steps.module.css";

/** What happened to a withdrawal, from its request to where it is now. */
export function WithdrawalSteps({ steps }: { steps: readonly WithdrawalStep[] }) {
  const t = useTranslations("withdrawal");
  const formats = useLocaleFormats();
  return (
    <ol className={classes.steps} aria-label={t("history")}>
      {steps.map((step, i) => (
        <li
          // What was stopped on its way has been approved twice.
          key={`${step.status}-${step.at}`}
          className={classes.step}
          data-status={step.status}
          aria-current={i === steps.length - 1 ? "step" : undefined}
        >
          <span className={classes.stepName}>{t(`status.${step.status}`)}</span>
          <time dateTime={step.at} className="numeric">
            {formats.dateTime(step.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
