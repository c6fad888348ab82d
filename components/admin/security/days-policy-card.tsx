"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { lazyPart } from "../../lib/lazy-part";
import { PolicyCard, PolicyFigures } from "../policy-card";
import type { DaysDialogProps, DaysPolicyCardProps } from "./days-policy";

const DaysDialog = lazyPart(() => import("./days-dialog").then((m) => m.DaysDialog)) as <N extends string>(
  props: DaysDialogProps<N>,
) => ReactNode;

/** A policy that is made of days: what holds, and a dialog that changes it for a reason. */
export function DaysPolicyCard<N extends string>(props: DaysPolicyCardProps<N>) {
  const { testId, title, text, fields, policy } = props;
  const t = useTranslations("adminSecurity");
  return (
    <PolicyCard
      testId={testId}
      title={title}
      text={text}
      change={t("change")}
      renderDialog={(onClose) => <DaysDialog {...props} onClose={onClose} />}
    >
      <PolicyFigures
        figures={fields.map(({ name, label }) => ({
          label,
          value: policy[name] === null ? t("keptForEver") : t("days", { days: policy[name] }),
          testId: `${testId}-${name}`,
        }))}
      />
    </PolicyCard>
  );
}
