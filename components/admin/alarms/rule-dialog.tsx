"use client";

import { NumberInput, Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { WatchedRule } from "@/domain/contracts/alarm-rules";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

const FIELDS = [
  { name: "threshold", max: 1_000_000_000, digits: 1 },
  { name: "clearAt", max: 1_000_000_000, digits: 1 },
  { name: "forSeconds", max: 86_400, digits: 0 },
] as const;

/** Asks for a rule anew, for a reason. */
export function RuleDialog({ rule, onClose }: { rule: WatchedRule; onClose: () => void }) {
  const t = useTranslations("adminRules");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { metric, enabled, threshold, clearAt, forSeconds } = rule;
  const [bounds, setBounds] = useState({ enabled, threshold, clearAt, forSeconds });
  const save = useMutation(
    trpc.ops.setAlarmRule.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.ops.alarmRules.pathKey() }),
    }),
  );
  return (
    <ReasonDialog
      title={t(`metrics.${metric}`)}
      confirm={t("save")}
      isBlocked={bounds.clearAt >= bounds.threshold}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate({ metric, ...bounds, reason })}
      onClose={onClose}
    >
      <Switch
        label={t("enabled")}
        checked={bounds.enabled}
        onChange={(event) => setBounds({ ...bounds, enabled: event.currentTarget.checked })}
        data-testid="rule-enabled"
      />
      {FIELDS.map(({ name, max, digits }) => (
        <NumberInput
          key={name}
          label={t(name)}
          description={t(`hints.${name}`)}
          error={name === "clearAt" && bounds.clearAt >= bounds.threshold ? t("mustBeBelow") : undefined}
          min={0}
          max={max}
          required
          decimalScale={digits}
          allowNegative={false}
          clampBehavior="blur"
          value={bounds[name]}
          onChange={(value) => setBounds({ ...bounds, [name]: Number(value) })}
          data-testid={`rule-${name}`}
        />
      ))}
    </ReasonDialog>
  );
}
