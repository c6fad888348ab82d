"use client";

import { Button, NumberInput, Skeleton, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { WithdrawalPolicy } from "@/domain/contracts/withdrawal";
import { formatYuan, parseYuan } from "../../lib/parse-yuan";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import shared from "../../withdrawal/withdrawal.module.css";
import admin from "../admin.module.css";
import { MutationError } from "../mutation-error";

const FIELDS = [
  "minimumFen",
  "dailyMaxFen",
  "approvalThresholdFen",
  "monthThresholdFen",
  "newAccountThresholdFen",
] as const;
const HOLDING_HOURS_MAX = 8_760;
const REASON_MAX = 500;

/** The limits of all withdrawals, and the form that changes them. */
export function WithdrawalPolicyCard() {
  const t = useTranslations("adminWithdrawals");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.finance.withdrawalPolicy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={200} radius="lg" />;
  return (
    <section className={admin.card} aria-labelledby="withdrawal-policy-title">
      <div className={admin.cardHead}>
        <h2 id="withdrawal-policy-title" className={admin.cardTitle}>
          {t("policy")}
        </h2>
        {isEditing ? null : (
          <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
            {t("change")}
          </Button>
        )}
      </div>
      {isEditing ? (
        <PolicyForm policy={data} onClose={() => setEditing(false)} />
      ) : (
        <dl className={shared.facts}>
          {FIELDS.flatMap((field) => [
            <dt key={field}>{t(field)}</dt>,
            <dd key={`${field}-value`} className="numeric">
              {formats.fen(data[field])}
            </dd>,
          ])}
          <dt>{t("holdingHours")}</dt>
          <dd className="numeric">{t("hours", { hours: data.holdingHours })}</dd>
          <dt>{t("accountCodeRequired")}</dt>
          <dd>{t(data.accountCodeRequired ? "yes" : "no")}</dd>
        </dl>
      )}
    </section>
  );
}

function PolicyForm({ policy, onClose }: { policy: WithdrawalPolicy; onClose: () => void }) {
  const t = useTranslations("adminWithdrawals");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const needed = (text: string) => (parseYuan(text) === null ? t("amountNeeded") : null);
  const form = useForm({
    initialValues: {
      minimumFen: formatYuan(policy.minimumFen),
      dailyMaxFen: formatYuan(policy.dailyMaxFen),
      approvalThresholdFen: formatYuan(policy.approvalThresholdFen),
      monthThresholdFen: formatYuan(policy.monthThresholdFen),
      newAccountThresholdFen: formatYuan(policy.newAccountThresholdFen),
      holdingHours: policy.holdingHours as number | string,
      accountCodeRequired: policy.accountCodeRequired,
      reason: "",
    },
    validate: {
      minimumFen: (text) => (parseYuan(text) === 0 ? t("amountNeeded") : needed(text)),
      dailyMaxFen: (text) => (parseYuan(text) === 0 ? t("amountNeeded") : needed(text)),
      approvalThresholdFen: needed,
      monthThresholdFen: needed,
      newAccountThresholdFen: needed,
      holdingHours: (hours) => (Number.isInteger(hours) ? null : t("hoursNeeded")),
      reason: (text) => (text.trim() === "" ? t("reasonNeeded") : null),
    },
  });
  const save = useMutation(
    trpc.finance.setWithdrawalPolicy.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.withdrawalPolicy.queryKey() }),
    }),
  );
  return (
    <form
      className={shared.form}
      onSubmit={form.onSubmit(({ reason, holdingHours, accountCodeRequired, ...amounts }) =>
        save.mutate({
          minimumFen: parseYuan(amounts.minimumFen) ?? 0,
          dailyMaxFen: parseYuan(amounts.dailyMaxFen) ?? 0,
          approvalThresholdFen: parseYuan(amounts.approvalThresholdFen) ?? 0,
          monthThresholdFen: parseYuan(amounts.monthThresholdFen) ?? 0,
          newAccountThresholdFen: parseYuan(amounts.newAccountThresholdFen) ?? 0,
          holdingHours: Number(holdingHours),
          accountCodeRequired,
          reason: reason.trim(),
        }),
      )}
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
      <TextInput label={t("reason")} maxLength={REASON_MAX} {...form.getInputProps("reason")} />
      <MutationError error={save.error} />
      <div className={shared.actions}>
        <Button type="submit" loading={save.isPending}>
          {t("save")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
