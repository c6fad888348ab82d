"use client";

import { useTranslations } from "next-intl";
import type { WithdrawalAssessment } from "@/domain/contracts/withdrawal";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import shared from "./assessment-facts.module.css";

const SUMS = ["dayFen", "monthFen", "newAccountsFen", "earnedWithinDayFen"] as const;

/** What was looked at when a withdrawal was asked for. */
export function AssessmentFacts({ assessment }: { assessment: WithdrawalAssessment }) {
  const t = useTranslations("adminWithdrawals.assessment");
  const formats = useLocaleFormats();
  const account = assessment.isAccountKnown ? "known" : assessment.isAccountConfirmed ? "confirmed" : "new";
  return (
    <dl className={shared.figures} data-testid="assessment">
      <div>
        <dt>{t("account")}</dt>
        <dd data-account={account}>{t(account)}</dd>
      </div>
      {SUMS.map((sum) => (
        <div key={sum}>
          <dt>{t(sum)}</dt>
          <dd className="numeric">{formats.fen(assessment[sum])}</dd>
        </div>
      ))}
    </dl>
  );
}
