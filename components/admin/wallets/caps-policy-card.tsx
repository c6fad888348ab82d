"use client";

import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SpendingCaps } from "@/domain/contracts/policies";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { CAP_FIELDS, CapsFields } from "../../wallet/caps-fields";
import { PolicyCard, PolicyFigures } from "../policy-card";
import { ReasonDialog } from "../reason-dialog";

/** The caps that hold for everybody. */
export function CapsPolicyCard() {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(trpc.wallet.capsPolicy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <PolicyCard
      testId="caps-policy"
      title={t("policyTitle")}
      text={t("policyText")}
      change={t("change")}
      renderDialog={(onClose) => <PolicyDialog policy={data} onClose={onClose} />}
    >
      <PolicyFigures
        figures={CAP_FIELDS.map((field) => ({
          label: t(field),
          value: data[field] === null ? t("none") : formats.coins(data[field]),
        }))}
      />
    </PolicyCard>
  );
}

function PolicyDialog({ policy, onClose }: { policy: SpendingCaps; onClose: () => void }) {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [caps, setCaps] = useState(policy);
  const save = useMutation(
    trpc.wallet.setCapsPolicy.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.wallet.capsPolicy.queryKey(), saved);
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("policyTitle")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate({ ...caps, reason })}
      onClose={onClose}
    >
      <CapsFields caps={caps} onChange={setCaps} />
    </ReasonDialog>
  );
}
