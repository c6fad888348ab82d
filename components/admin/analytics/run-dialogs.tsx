"use client";

import { NumberInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { AnalyticsRuns } from "@/domain/contracts/analytics";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** Asks why the job is to run now. */
export function RunDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const run = useMutation(
    trpc.analytics.run.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.analytics.runs.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("runNow")}
      confirm={t("runNow")}
      isPending={run.isPending}
      error={run.error}
      onConfirm={(reason) => run.mutate({ reason })}
      onClose={onClose}
    >
      <p className={classes.hint}>{t("runText")}</p>
    </ReasonDialog>
  );
}

/** Asks how often the job runs, and why. */
export function ScheduleDialog({
  schedule,
  onClose,
}: {
  schedule: AnalyticsRuns["schedule"];
  onClose: () => void;
}) {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [minutes, setMinutes] = useState<number | string>(schedule.everyMinutes);
  const change = useMutation(
    trpc.analytics.setSchedule.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.analytics.runs.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("changeSchedule")}
      confirm={t("save")}
      isBlocked={!Number.isInteger(minutes) || Number(minutes) < 1}
      isPending={change.isPending}
      error={change.error}
      onConfirm={(reason) => change.mutate({ everyMinutes: Number(minutes), reason })}
      onClose={onClose}
    >
      <NumberInput
        label={t("minutes")}
        min={1}
        max={10_080}
        allowDecimal={false}
        value={minutes}
        onChange={setMinutes}
        data-testid="analytics-minutes"
      />
    </ReasonDialog>
  );
}
