"use client";

import { NumberInput, Skeleton, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { WithdrawalPolicy } from "@/domain/contracts/withdrawal";
import { formatYuan, parseYuan } from "../../lib/parse-yuan";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { PolicyCard, PolicyFigures } from "../policy-card";
import { ReasonDialog } from "../reason-dialog";

const FIELDS = [
  "minimumFen",
  "dailyMaxFen",
  "approvalThresholdFen",
  "monthThresholdFen",
  "newAccountThresholdFen",
] as const;
const HOLDING_HOURS_MAX = 8_760;

/** The limits of all withdrawals. */
export function WithdrawalPolicyCard() {
  const t = useTranslations("adminWithdrawals");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(trpc.finance.withdrawalPolicy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={200} radius="lg" />;
  return (
    <PolicyCard
      testId="withdrawal-policy"
      title={t("policy")}
      text={t("policyText")}
      change={t("change")}
      renderDialog={(onClose) => <PolicyDialog policy={data} onClose={onClose} />}
    >
      <PolicyFigures
        figures={[
          ...FIELDS.map((field) => ({ label: t(field), value: formats.fen(data[field]) })),
          { label: t("holdingHours"), value: t("hours", { hours: data.holdingHours }) },
          {
            label: t("accountCodeRequired"),
            value: t(data.accountCodeRequired ? "yes" : "no"),
            isWord: true,
          },
        ]}
      />
    </PolicyCard>
  );
}

function PolicyDialog({ policy, onClose }: { policy: WithdrawalPolicy; onClose: () => void }) {
  const t = useTranslations("adminWithdrawals");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const needed = (text: string) => (parseYuan(text) === null ? t("amountNeeded") : null);
  const positive = (text: string) => (parseYuan(text) === 0 ? t("amountNeeded") : needed(text));
  const form = useForm({
    initialValues: {
      minimumFen: formatYuan(policy.minimumFen),
      dailyMaxFen: formatYuan(policy.dailyMaxFen),
      approvalThresholdFen: formatYuan(policy.approvalThresholdFen),
      monthThresholdFen: formatYuan(policy.monthThresholdFen),
      newAccountThresholdFen: formatYuan(policy.newAccountThresholdFen),
      holdingHours: policy.holdingHours as number | string,
      accountCodeRequired: policy.accountCodeRequired,
    },
    validateInputOnBlur: true,
    validate: {
      minimumFen: positive,
      dailyMaxFen: positive,
      approvalThresholdFen: needed,
      monthThresholdFen: needed,
      newAccountThresholdFen: needed,
      holdingHours: (hours) => (Number.isInteger(hours) ? null : t("hoursNeeded")),
    },
  });
  const save = useMutation(
    trpc.finance.setWithdrawalPolicy.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.withdrawalPolicy.queryKey() }),
    }),
  );
  function confirm(reason: string) {
    if (form.validate().hasErrors) return;
    const { holdingHours, accountCodeRequired, ...amounts } = form.getValues();
    save.mutate({
      minimumFen: parseYuan(amounts.minimumFen) ?? 0,
      dailyMaxFen: parseYuan(amounts.dailyMaxFen) ?? 0,
      approvalThresholdFen: parseYuan(amounts.approvalThresholdFen) ?? 0,
      monthThresholdFen: parseYuan(amounts.monthThresholdFen) ?? 0,
      newAccountThresholdFen: parseYuan(amounts.newAccountThresholdFen) ?? 0,
      holdingHours: Number(holdingHours),
      accountCodeRequired,
      reason,
    });
  }
  return (
    <ReasonDialog
      title={t("policy")}
      confirm={t("save")}
      reasonLabel={t("reason")}
      isBlocked={Object.keys(form.errors).length > 0}
      isPending={save.isPending}
      error={save.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {FIELDS.map((field) => (
        <TextInput
          key={field}
          label={t(field)}
          leftSection="¥"
          inputMode="decimal"
          maxLength={16}
          {...form.getInputProps(field)}
        />
      ))}
      <NumberInput
        label={t("holdingHours")}
        description={t("holdingHint")}
        min={0}
        max={HOLDING_HOURS_MAX}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        {...form.getInputProps("holdingHours")}
      />
      <Switch
        label={t("accountCodeRequired")}
        {...form.getInputProps("accountCodeRequired", { type: "checkbox" })}
      />
    </ReasonDialog>
  );
}
