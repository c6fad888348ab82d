"use client";

import { useTranslations } from "next-intl";
import type { PendingFactor } from "@/domain/contracts/second-factor";
import { useSession } from "../lib/session";
import { EnrolFactor } from "./enrol-factor";
import classes from "./second-factor.module.css";
import { VerifyFactor } from "./verify-factor";

/** Stands before the dashboard until an operator has given the second factor, or set one up. */
export function FactorGate({ pending }: { pending: PendingFactor }) {
  const t = useTranslations("secondFactor");
  const { refresh } = useSession();
  const onDone = () => void refresh();
  return (
    <section className={classes.gate} aria-labelledby="factor-title" data-testid="factor-gate">
      <h1 id="factor-title" className={classes.title}>
        {t(pending === "enrol" ? "enrolTitle" : "verifyTitle")}
      </h1>
      {pending === "enrol" ? (
        <EnrolFactor onDone={onDone} />
      ) : (
        <>
          <p className={classes.text}>{t("verifyText")}</p>
          <VerifyFactor onDone={onDone} />
          <p className={classes.text}>{t("lost")}</p>
        </>
      )}
    </section>
  );
}
