"use client";

import { NumberInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ReasonDialog } from "../reason-dialog";
import type { DaysDialogProps } from "./days-policy";

/** Asks for the days of a policy anew, for a reason. */
export function DaysDialog<N extends string>({
  testId,
  title,
  fields,
  policy,
  save,
  onClose,
}: DaysDialogProps<N>) {
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
