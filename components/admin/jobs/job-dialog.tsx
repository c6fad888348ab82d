"use client";

import { NativeSelect, NumberInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { JobView } from "@/domain/contracts/jobs";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { EVERY_UNITS, type EveryUnit, joinEvery, splitEvery } from "./every";
import type { JobAsk } from "./job-ask";
import own from "./jobs.module.css";
import { useEveryText } from "./use-every-text";

interface JobDialogProps {
  job: JobView;
  ask: JobAsk;
  /** What the field begins with, where somebody goes back to it. */
  everyMs?: number;
  onClose: () => void;
}

/** Runs, pauses, resumes or changes a job, for a reason. */
export function JobDialog({ job, ask, everyMs: firstEveryMs, onClose }: JobDialogProps) {
  const t = useTranslations("adminJobs");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const everyText = useEveryText();
  const [every, setEvery] = useState<{ count: number | string; unit: EveryUnit }>(() =>
    splitEvery(firstEveryMs ?? job.everyMs),
  );
  const options = {
    onSuccess: async () => {
      await Promise.all(
        [trpc.ops.jobs, trpc.ops.jobHistory].map((one) =>
          queryClient.invalidateQueries({ queryKey: one.pathKey() }),
        ),
      );
      onClose();
    },
  };
  const run = useMutation(trpc.ops.runJob.mutationOptions(options));
  const update = useMutation(trpc.ops.updateJob.mutationOptions(options));
  const { name, minEveryMs, maxEveryMs, defaultEveryMs } = job;
  const everyMs = joinEvery(Number(every.count), every.unit);
  const isOutside = !(everyMs >= minEveryMs && everyMs <= maxEveryMs);
  const bounds = t("between", { least: everyText(minEveryMs), most: everyText(maxEveryMs) });

  function confirm(reason: string) {
    if (ask === "run") run.mutate({ name, reason });
    else if (ask === "change")
      update.mutate({ name, everyMs: everyMs === defaultEveryMs ? null : everyMs, reason });
    else update.mutate({ name, paused: ask === "pause", reason });
  }
  return (
    <ReasonDialog
      title={`${t(`asks.${ask}`)}: ${t(`names.${name}`)}`}
      confirm={t(`asks.${ask}`)}
      danger={ask === "pause"}
      isBlocked={ask === "change" && isOutside}
      isPending={run.isPending || update.isPending}
      error={run.error ?? update.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p className={classes.hint}>{t(`askTexts.${ask}`)}</p>
      {ask === "change" ? (
        <div className={own.span}>
          <NumberInput
            label={t("every")}
            description={bounds}
            error={isOutside ? bounds : undefined}
            min={0}
            allowNegative={false}
            value={every.count}
            onChange={(count) => setEvery({ ...every, count })}
            data-testid="job-every-count"
          />
          <NativeSelect
            label={t("unit")}
            value={every.unit}
            data={EVERY_UNITS.map((value) => ({ value, label: t(`units.${value}`) }))}
            onChange={(event) => setEvery({ ...every, unit: event.currentTarget.value as EveryUnit })}
            data-testid="job-every-unit"
          />
        </div>
      ) : null}
    </ReasonDialog>
  );
}
