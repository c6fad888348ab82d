"use client";

import { SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { FourEyes, FourEyesMode } from "@/domain/contracts/approval";
import { choicesOf } from "../../lib/choices";
import { formatYuan, parseYuan } from "../../lib/parse-yuan";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { PolicyCard, PolicyFigures } from "../policy-card";
import { ReasonDialog } from "../reason-dialog";

const MODES = choicesOf<FourEyesMode>({ auto: true, on: true, off: true });

/** When two operators are needed, and whether they are now. */
export function FourEyesCard() {
  const t = useTranslations("adminApprovals");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(trpc.ops.fourEyes.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <PolicyCard
      testId="four-eyes"
      title={t("policyTitle")}
      text={t("policyText")}
      change={t("change")}
      renderDialog={(onClose) => <PolicyDialog policy={data} onClose={onClose} />}
    >
      <PolicyFigures
        figures={[
          { label: t("mode"), value: t(`modes.${data.mode}`), isWord: true },
          { label: t("now"), value: t(data.isOn ? "isOn" : "isOff"), isWord: true },
          { label: t("operators"), value: formats.coins(data.operators), isWord: true },
          { label: t("largePayoutFen"), value: formats.fen(data.largePayoutFen), isWord: true },
        ]}
      />
    </PolicyCard>
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
