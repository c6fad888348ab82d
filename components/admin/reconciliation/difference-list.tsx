"use client";

import { useTranslations } from "next-intl";
import type { CheckKey, Difference } from "@/domain/contracts/reconciliation";
import admin from "../admin.module.css";
import { FactList } from "../fact-list";
import { SubjectRef } from "../subject-ref";
import classes from "./reconciliation.module.css";

/** What does not agree, each with both sides and the way to its cause. */
export function DifferenceList({ differences }: { differences: (Difference & { check: CheckKey })[] }) {
  const t = useTranslations("reconciliation");
  return (
    <section className={admin.card} aria-labelledby="reconciliation-differences">
      <h2 id="reconciliation-differences" className={admin.cardTitle}>
        {t("differencesTitle")}
      </h2>
      <ol className={classes.differences}>
        {differences.map((difference, index) => (
          <li
            key={`${difference.check}/${difference.subject}/${index}`}
            className={classes.difference}
            data-testid="reconciliation-difference"
          >
            <div className={classes.differenceHead}>
              <span className={classes.checkName}>{t(`check.${difference.check}`)}</span>
              <SubjectRef subject={difference.subject} facts={difference.facts} />
            </div>
            <dl className={`${classes.sides} numeric`}>
              <div>
                <dt>{t("expected")}</dt>
                <dd>{difference.expected ?? "—"}</dd>
              </div>
              <div>
                <dt>{t("actual")}</dt>
                <dd className={admin.bad}>{difference.actual ?? "—"}</dd>
              </div>
            </dl>
            <FactList facts={difference.facts} />
          </li>
        ))}
      </ol>
    </section>
  );
}
