"use client";

import { NumberInput, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import {
  RAIN_BUDGET_COINS_MAX,
  RAIN_CLAIMS_PER_VIEWER_MAX,
  RAIN_DURATION_SECONDS_MAX,
  RAIN_DURATION_SECONDS_MIN,
  RAIN_PACKETS_MAX,
  type RainPolicy,
} from "@/domain/contracts/rain";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { PolicyCard, PolicyFigures } from "../policy-card";
import { ReasonDialog } from "../reason-dialog";
import own from "./rains.module.css";

const DAY_COINS_MAX = 1_000_000_000_000;
const FIELDS = [
  { name: "budgetCoinsMax", min: 1, max: RAIN_BUDGET_COINS_MAX },
  { name: "dayBudgetCoinsMax", min: 1, max: DAY_COINS_MAX },
  { name: "packetCountMax", min: 1, max: RAIN_PACKETS_MAX },
  { name: "durationSecondsMax", min: RAIN_DURATION_SECONDS_MIN, max: RAIN_DURATION_SECONDS_MAX },
  { name: "claimsPerViewerMax", min: 1, max: RAIN_CLAIMS_PER_VIEWER_MAX },
  { name: "madeGoodDayCoinsMax", min: 0, max: DAY_COINS_MAX },
] as const satisfies readonly { name: keyof RainPolicy; min: number; max: number }[];

/** What is allowed of every rain. */
export function RainPolicyCard() {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data, error, refetch } = useQuery(trpc.rain.policy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <PolicyCard
      testId="rain-policy"
      title={t("policyTitle")}
      text={t("policyText")}
      change={t("change")}
      renderDialog={(onClose) => <PolicyDialog policy={data} onClose={onClose} />}
    >
      <PolicyFigures
        figures={FIELDS.map(({ name }) => ({
          label: t(`policy.${name}`),
          value: formats.coins(data[name]),
          testId: `policy-${name}`,
        }))}
      />
    </PolicyCard>
  );
}

function PolicyDialog({ policy, onClose }: { policy: RainPolicy; onClose: () => void }) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [limits, setLimits] = useState(policy);
  const save = useMutation(
    trpc.rain.setPolicy.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.rain.policy.queryKey(), saved);
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
      onConfirm={(reason) => save.mutate({ ...limits, reason })}
      onClose={onClose}
    >
      <div className={own.policyFields}>
        {FIELDS.map(({ name, min, max }) => (
          <NumberInput
            key={name}
            label={t(`policy.${name}`)}
            min={min}
            max={max}
            required
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=","
            clampBehavior="blur"
            hideControls
            value={limits[name]}
            onChange={(value) => setLimits({ ...limits, [name]: Number(value) })}
            data-testid={`policy-input-${name}`}
          />
        ))}
      </div>
    </ReasonDialog>
  );
}
