"use client";

import { useTranslations } from "next-intl";
import type { ApprovalReason } from "@/domain/contracts/withdrawal";
import classes from "./approval-reasons.module.css";

/** Why a withdrawal waits for an operator, in plain words. */
export function ApprovalReasons({ reasons }: { reasons: readonly ApprovalReason[] }) {
  const t = useTranslations("withdrawal");
  if (reasons.length === 0) return null;
  return (
    <ul className={classes.reasons} aria-label={t("waitsFor")} data-testid="waits-for">
      {reasons.map((reason) => (
        <li key={reason} data-reason={reason}>
          {t(`approval.${reason}`)}
        </li>
      ))}
    </ul>
  );
}
