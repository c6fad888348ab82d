"use client";

import { useTranslations } from "next-intl";
import classes from "../admin.module.css";
import { AffinitySection } from "./affinity-section";
import { RunSection } from "./run-section";
import { TierSection } from "./tier-section";
import { TipsSection } from "./tips-section";

/** Who gave what to whom and when, what kind of payers there are, what viewers like, and the job that counts it. */
export function AnalyticsPage({ hourEndMs }: { hourEndMs: number }) {
  const t = useTranslations("adminAnalytics");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <TipsSection firstHourEndMs={hourEndMs} />
      <TierSection />
      <AffinitySection />
      <RunSection />
    </>
  );
}
