"use client";

import { Button, NumberInput, Skeleton } from "@mantine/core";
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
import classes from "../admin.module.css";
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
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.rain.policy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="rain-policy-title" data-testid="rain-policy">
      <div className={classes.cardHead}>
        <h2 id="rain-policy-title" className={classes.cardTitle}>
          {t("policyTitle")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid="rain-policy-change"
        >
          {t("change")}
        </Button>
      </div>
      <p className={classes.hint}>{t("policyText")}</p>
      <dl className={`${classes.figures} numeric`}>
        {FIELDS.map(({ name }) => (
          <div key={name} className={classes.tile}>
            <dt className={classes.tileLabel}>{t(`policy.${name}`)}</dt>
            <dd className={classes.tileValue} data-testid={`policy-${name}`}>
              {formats.coins(data[name])}
            </dd>
          </div>
        ))}
      </dl>
      {isEditing ? <PolicyDialog policy={data} onClose={() => setEditing(false)} /> : null}
    </section>
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
