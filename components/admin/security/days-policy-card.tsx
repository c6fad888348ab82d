"use client";

import { Button, NumberInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

interface DaysField<N extends string> {
  name: N;
  label: string;
  min: number;
  max: number;
  /** Empty keeps for ever. */
  mayKeep?: boolean;
}

interface DaysPolicyCardProps<N extends string> {
  /** Of the elements that tests find. */
  testId: string;
  title: string;
  text: string;
  fields: readonly DaysField<N>[];
  policy: Readonly<Record<N, number | null>>;
  save: {
    isPending: boolean;
    error: unknown;
    mutate: (days: Record<N, number | null>, reason: string, onDone: () => void) => void;
  };
}

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

function DaysDialog<N extends string>({
  testId,
  title,
  fields,
  policy,
  save,
  onClose,
}: DaysPolicyCardProps<N> & { onClose: () => void }) {
  const t = useTranslations("adminSecurity");
  const [days, setDays] = useState<Record<N, number | null>>({ ...policy });
  return (
    <ReasonDialog
      title={title}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate(days, reason, onClose)}
      onClose={onClose}
    >
      {fields.map(({ name, label, min, max, mayKeep = false }) => (
        <NumberInput
          key={name}
          label={label}
          description={mayKeep ? t("emptyKeeps") : undefined}
          min={min}
          max={max}
          required={!mayKeep}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="blur"
          value={days[name] ?? ""}
          onChange={(value) => setDays({ ...days, [name]: value === "" && mayKeep ? null : Number(value) })}
          data-testid={`${testId}-input-${name}`}
        />
      ))}
    </ReasonDialog>
  );
}
