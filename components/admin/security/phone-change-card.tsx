"use client";

import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { DaysPolicyCard } from "./days-policy-card";

const HOLD_DAYS_MAX = 30;

/** For how long nothing is paid out to somebody whose phone number was changed. */
export function PhoneChangeCard() {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(trpc.ops.phoneChangePolicy.queryOptions());
  const save = useMutation(
    trpc.ops.setPhoneChangePolicy.mutationOptions({
      onSuccess: (saved) => queryClient.setQueryData(trpc.ops.phoneChangePolicy.queryKey(), saved),
    }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <DaysPolicyCard
      testId="phone-change"
      title={t("phoneChange")}
      text={t("phoneChangeText")}
      fields={[
        { name: "payoutHoldDays", label: t("phoneChangeOf.payoutHoldDays"), min: 0, max: HOLD_DAYS_MAX },
      ]}
      policy={data}
      save={{
        ...save,
        mutate: ({ payoutHoldDays }, reason, onDone) =>
          save.mutate({ payoutHoldDays: payoutHoldDays ?? 0, reason }, { onSuccess: onDone }),
      }}
    />
  );
}
