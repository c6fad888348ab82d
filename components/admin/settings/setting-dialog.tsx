"use client";

import { Alert, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RunTimeSetting } from "@/domain/contracts/settings";
import { readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { useSettingText } from "./use-setting-text";

interface SettingDialogProps {
  setting: RunTimeSetting;
  /** What the field begins with, where somebody goes back to it. Null: what the environment says. */
  value?: string | null;
  onClose: () => void;
}

/** Changes a setting for a reason, or goes back to what the environment says. */
export function SettingDialog({ setting, value: firstValue, onClose }: SettingDialogProps) {
  const t = useTranslations("adminSettings");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const settingText = useSettingText();
  const { name, kind, choices, environmentValue } = setting;
  const [value, setValue] = useState(firstValue ?? (firstValue === null ? environmentValue : setting.value));
  const [isOwn, setOwn] = useState(firstValue !== null);
  const save = useMutation(
    trpc.ops.setSetting.mutationOptions({
      onSuccess: async () => {
        await Promise.all(
          [trpc.ops.settings, trpc.ops.settingHistory].map((one) =>
            queryClient.invalidateQueries({ queryKey: one.pathKey() }),
          ),
        );
        onClose();
      },
    }),
  );
  const refusal = useRefusalText(save.error);
  const label = t("value");
  return (
    <ReasonDialog
      title={t(`names.${name}`)}
      confirm={t("save")}
      isBlocked={isOwn && value.trim() === ""}
      isPending={save.isPending}
      error={refusal ? null : save.error}
      onConfirm={(reason) => save.mutate({ name, value: isOwn ? value : null, reason })}
      onClose={onClose}
    >
      <p className={classes.hint}>{t("holds")}</p>
      <Switch
        label={t("own")}
        description={t("ownText", { value: settingText(setting, environmentValue) })}
        checked={isOwn}
        onChange={(event) => setOwn(event.currentTarget.checked)}
        data-testid="setting-own"
      />
      {kind === "windows" || kind === "number" ? (
        <TextInput
          label={label}
          description={t(`hints.${kind}`)}
          value={value}
          disabled={!isOwn}
          error={refusal}
          onChange={(event) => {
            save.reset();
            setValue(event.currentTarget.value);
          }}
          data-testid="setting-input"
        />
      ) : (
        <NativeSelect
          label={label}
          value={value}
          disabled={!isOwn}
          data={
            kind === "switch"
              ? ["true", "false"].map((one) => ({ value: one, label: settingText(setting, one) }))
              : [...(choices ?? [])]
          }
          onChange={(event) => setValue(event.currentTarget.value)}
          data-testid="setting-input"
        />
      )}
      {refusal ? (
        <Alert color="red" role="alert" data-testid="setting-refused">
          {refusal}
        </Alert>
      ) : null}
    </ReasonDialog>
  );
}

/** Why the server does not take a value, and what it would take. */
function useRefusalText(error: unknown): string | undefined {
  const t = useTranslations("adminSettings.refusals");
  if (!error) return undefined;
  const { name, details } = readApiError(error);
  const { reason, min = 0, max = 0, choices = "" } = details;
  if (name !== "SETTING_REFUSED" || typeof reason !== "string" || !t.has(reason as "windows"))
    return undefined;
  return t(reason as "windows", { min: Number(min), max: Number(max), choices: String(choices) });
}
