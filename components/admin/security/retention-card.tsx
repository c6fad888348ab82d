"use client";

import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { RetentionPolicy } from "@/domain/contracts/retention";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { DaysPolicyCard } from "./days-policy-card";

const DAYS_MAX = 3_650;
const FIELDS = [
  { name: "codesDays", min: 1 },
  { name: "sessionsDays", min: 1 },
  { name: "guestsDays", min: 31 },
  { name: "chatDays", min: 1, mayKeep: true },
  { name: "callbacksDays", min: 31, mayKeep: true },
] as const satisfies readonly { name: keyof RetentionPolicy; min: number; mayKeep?: true }[];

/** After how many days what nobody needs any more is removed. */
export function RetentionCard() {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(trpc.ops.retentionPolicy.queryOptions());
  const save = useMutation(
    trpc.ops.setRetentionPolicy.mutationOptions({
      onSuccess: (saved) => queryClient.setQueryData(trpc.ops.retentionPolicy.queryKey(), saved),
    }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <DaysPolicyCard
      testId="retention"
      title={t("retention")}
      text={t("retentionText")}
      fields={FIELDS.map((field) => ({ ...field, label: t(`retentionOf.${field.name}`), max: DAYS_MAX }))}
      policy={data}
      save={{
        ...save,
        // Which of them may be empty is said above, and asked by the server.
        mutate: (days, reason, onDone) =>
          save.mutate({ ...(days as RetentionPolicy), reason }, { onSuccess: onDone }),
      }}
    />
  );
}
