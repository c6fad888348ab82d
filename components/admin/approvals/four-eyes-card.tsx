"use client";

import { Button, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { FourEyes, FourEyesMode } from "@/domain/contracts/approval";
import { choicesOf } from "../../lib/choices";
import { formatYuan, parseYuan } from "../../lib/parse-yuan";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

const MODES = choicesOf<FourEyesMode>({ auto: true, on: true, off: true });

/** When two operators are needed, and whether they are now. */
export function FourEyesCard() {
  const t = useTranslations("adminApprovals");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.ops.fourEyes.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  const figures = [
    { label: t("mode"), value: t(`modes.${data.mode}`) },
    { label: t("now"), value: t(data.isOn ? "isOn" : "isOff") },
    { label: t("operators"), value: formats.coins(data.operators) },
    { label: t("largePayoutFen"), value: formats.fen(data.largePayoutFen) },
  ];
  return (
    <section className={admin.card} aria-labelledby="four-eyes-title" data-testid="four-eyes">
      <div className={admin.cardHead}>
        <h2 id="four-eyes-title" className={admin.cardTitle}>
          {t("policyTitle")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid="four-eyes-change"
        >
          {t("change")}
        </Button>
      </div>
      <p className={admin.hint}>{t("policyText")}</p>
      <dl className={`${admin.figures} numeric`}>
        {figures.map(({ label, value }) => (
          <div key={label} className={admin.tile}>
            <dt className={admin.tileLabel}>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {isEditing ? <PolicyDialog policy={data} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

function PolicyDialog({ policy, onClose }: { policy: FourEyes; onClose: () => void }) {
  const t = useTranslations("adminApprovals");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [mode, setMode] = useState(policy.mode);
  const [amount, setAmount] = useState(() => formatYuan(policy.largePayoutFen));
  const largePayoutFen = parseYuan(amount);
  const save = useMutation(
    trpc.ops.setFourEyesPolicy.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.ops.pathKey() }),
    }),
  );
  return (
    <ReasonDialog
      title={t("policyTitle")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => largePayoutFen && save.mutate({ mode, largePayoutFen, reason })}
      onClose={onClose}
    >
      <SegmentedControl
        orientation="vertical"
        value={mode}
        onChange={(value) => setMode(value)}
        aria-label={t("mode")}
        data={MODES.all.map((value) => ({ value, label: t(`modes.${value}`) }))}
      />
      <TextInput
        label={t("largePayoutFen")}
        leftSection="¥"
        inputMode="decimal"
        maxLength={16}
        required
        value={amount}
        onChange={(event) => setAmount(event.currentTarget.value)}
        error={largePayoutFen ? null : t("amountNeeded")}
      />
    </ReasonDialog>
  );
}
