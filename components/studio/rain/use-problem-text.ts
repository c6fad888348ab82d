"use client";

import { useTranslations } from "next-intl";
import type { PlanField, PlanProblem } from "./rain-plan";

/** What is wrong with a field of the plan, in words. */
export function useProblemText() {
  const t = useTranslations("rainStudio");
  return (field: PlanField, problem: PlanProblem): string => {
    if (problem.kind === "needed") return t("problems.needed");
    if (problem.kind === "time") return t("problems.time");
    if (field === "startsAt") return t("problems.time");
    return t(`problems.${field}.${problem.kind}`, { bound: problem.bound });
  };
}
