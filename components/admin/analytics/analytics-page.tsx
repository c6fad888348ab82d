"use client";

import { useTranslations } from "next-intl";
import { lazyPart } from "../../lib/lazy-part";
import classes from "../admin.module.css";
import { RunSection } from "./run-section";
import { TierSection } from "./tier-section";
import { TipsSection } from "./tips-section";

/** Last on the page, so that nothing moves when its code comes. */
const AffinitySection = lazyPart(() => import("./affinity-section").then((m) => m.AffinitySection));

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
      <RunSection />
      <AffinitySection />
    </>
  );
}
