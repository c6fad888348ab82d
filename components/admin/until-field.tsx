"use client";

import { TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";

/** Until when something holds, in the operator's own time; empty is until somebody lifts it. */
export function UntilField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTranslations("adminUsers");
  return (
    <TextInput
      type="datetime-local"
      label={t("until")}
      description={t("untilHint")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-testid="until"
    />
  );
}

/** What the field holds, as the server takes it. */
export const readUntil = (value: string) => (value === "" ? undefined : new Date(value).toISOString());
