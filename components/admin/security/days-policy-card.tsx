"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { lazyPart } from "../../lib/lazy-part";
import classes from "../admin.module.css";
import type { DaysDialogProps, DaysPolicyCardProps } from "./days-policy";

const DaysDialog = lazyPart(() => import("./days-dialog").then((m) => m.DaysDialog)) as <N extends string>(
  props: DaysDialogProps<N>,
) => ReactNode;

/** A policy that is made of days: what holds, and a dialog that changes it for a reason. */
export function DaysPolicyCard<N extends string>(props: DaysPolicyCardProps<N>) {
  const { testId, title, text, fields, policy } = props;
  const t = useTranslations("adminSecurity");
  const [isEditing, setEditing] = useState(false);
  return (
    <section className={classes.card} aria-labelledby={`${testId}-title`} data-testid={testId}>
      <div className={classes.cardHead}>
        <h2 id={`${testId}-title`} className={classes.cardTitle}>
          {title}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid={`${testId}-change`}
        >
          {t("change")}
        </Button>
      </div>
      <p className={classes.hint}>{text}</p>
      <dl className={`${classes.figures} numeric`}>
        {fields.map(({ name, label }) => (
          <div key={name} className={classes.tile}>
            <dt className={classes.tileLabel}>{label}</dt>
            <dd className={classes.tileValue} data-testid={`${testId}-${name}`}>
              {policy[name] === null ? t("keptForEver") : t("days", { days: policy[name] })}
            </dd>
          </div>
        ))}
      </dl>
      {isEditing ? <DaysDialog {...props} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}
