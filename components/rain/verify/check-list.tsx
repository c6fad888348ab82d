"use client";

import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { RAIN_CHECKS, type RainCheck } from "./check-rain";
import classes from "./verify-page.module.css";

const ICONS = { passed: IconCircleCheck, failed: IconCircleX, open: IconCircleDashed };

interface CheckListProps {
  /** Null while they are computed. */
  checks: readonly RainCheck[] | null;
  /** Whether everything is public that ever will be. */
  ended: boolean;
}

/** Each check with its outcome. */
export function CheckList({ checks, ended }: CheckListProps) {
  const t = useTranslations("rainVerify");
  const shown: readonly RainCheck[] = checks ?? RAIN_CHECKS.map((name) => ({ name, state: "open" as const }));
  return (
    <ol className={classes.checks}>
      {shown.map((check) => {
        const Icon = ICONS[check.isVacuous ? "open" : check.state];
        return (
          <li
            key={check.name}
            className={classes.check}
            data-state={check.state}
            data-vacuous={check.isVacuous}
            data-testid={`rain-check-${check.name}`}
          >
            <Icon size={26} aria-hidden className={classes.checkIcon} />
            <div className={classes.checkWords}>
              <h3>
                {t(`checks.${check.name}.title`)}
                <span className={classes.state}>
                  {t(
                    `states.${!ended ? "open" : !checks ? "waiting" : check.isVacuous ? "vacuous" : check.state === "open" ? "none" : check.state}`,
                  )}
                </span>
              </h3>
              <p>{t(check.isVacuous ? "nothingMixed" : `checks.${check.name}.text`)}</p>
              {check.state === "failed" ? (
                <dl className={classes.difference}>
                  <dt>{t("expected")}</dt>
                  <dd>
                    <code>{check.expected}</code>
                  </dd>
                  <dt>{t("found")}</dt>
                  <dd>
                    <code>{check.found}</code>
                  </dd>
                </dl>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
