"use client";

import { IconCheck } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { RAIN_STEPS, type RainStep } from "./rain-progress";
import classes from "./rain-stepper.module.css";

/** Where in its life a rain is. */
export function RainStepper({ current }: { current: RainStep }) {
  const t = useTranslations("rainStudio");
  const at = RAIN_STEPS.indexOf(current);
  return (
    <ol
      className={classes.stepper}
      aria-label={t("stepsLabel")}
      data-testid="rain-stepper"
      data-step={current}
    >
      {RAIN_STEPS.map((step, i) => (
        <li
          key={step}
          className={classes.step}
          data-state={i < at ? "done" : i === at ? "now" : "later"}
          aria-current={i === at ? "step" : undefined}
        >
          <span className={classes.stepMark} aria-hidden>
            {i < at ? <IconCheck size={14} stroke={3} /> : i + 1}
          </span>
          <span className={classes.stepName}>{t(`steps.${step}`)}</span>
          {i < at ? <span className="visually-hidden">{t("stepDone")}</span> : null}
        </li>
      ))}
    </ol>
  );
}
