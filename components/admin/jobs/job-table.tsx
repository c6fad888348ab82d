"use client";

import { Button, Progress } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { JobView } from "@/domain/contracts/jobs";
import { lazyPart } from "../../lib/lazy-part";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import type { JobAsk } from "./job-ask";
import own from "./jobs.module.css";
import { useEveryText } from "./use-every-text";

const JobDialog = lazyPart(() => import("./job-dialog").then((m) => m.JobDialog));

interface JobTableProps {
  jobs: readonly JobView[];
  /** The name of the job whose history is open. */
  opened: string;
  onOpen: (name: string) => void;
}

export function JobTable({ jobs, opened, onOpen }: JobTableProps) {
  const t = useTranslations("adminJobs");
  const formats = useLocaleFormats();
  const everyText = useEveryText();
  const [asking, setAsking] = useState<{ name: string; ask: JobAsk } | null>(null);
  const asked = asking && jobs.find(({ name }) => name === asking.name);
  const columns: Column<JobView>[] = [
    {
      key: "job",
      label: t("job"),
      isTitle: true,
      renderCell: ({ name }) => (
        <span className={own.job}>
          <strong>{t(`names.${name}`)}</strong>
          <span className={own.note}>{t(`texts.${name}`)}</span>
        </span>
      ),
    },
    {
      key: "every",
      label: t("every"),
      isNowrap: true,
      renderCell: ({ everyMs, defaultEveryMs }) => (
        <span className={own.job}>
          <span data-testid="job-every">{everyText(everyMs)}</span>
          {everyMs === defaultEveryMs ? null : (
            <span className={own.note}>{t("usually", { every: everyText(defaultEveryMs) })}</span>
          )}
        </span>
      ),
    },
    {
      key: "next",
      label: t("next"),
      isNowrap: true,
      renderCell: ({ paused, nextAt, running, progress }) =>
        running ? (
          <span className={own.job}>
            <span>{t("runs")}</span>
            {progress ? (
              <Progress
                value={(progress.done / Math.max(1, progress.all)) * 100}
                aria-label={t("progress", { done: progress.done, all: progress.all })}
              />
            ) : null}
          </span>
        ) : paused ? (
          <span className={own.paused}>{t("paused")}</span>
        ) : nextAt ? (
          <time dateTime={nextAt}>{formats.dateTime(nextAt)}</time>
        ) : null,
    },
    { key: "last", label: t("last"), isNowrap: true, renderCell: (job) => <LastRun job={job} /> },
    {
      key: "acts",
      label: t("acts"),
      isActing: true,
      renderCell: ({ name, paused }) => {
        const ask = (what: JobAsk) => () => setAsking({ name, ask: what });
        return (
          <span className={own.acts}>
            <Button size="compact-sm" variant="default" onClick={ask("run")} data-testid="job-run">
              {t("run")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={ask(paused ? "resume" : "pause")}
              data-testid="job-pause"
            >
              {t(paused ? "resume" : "pause")}
            </Button>
            <Button size="compact-sm" variant="default" onClick={ask("change")} data-testid="job-change">
              {t("change")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              aria-expanded={name === opened}
              onClick={() => onOpen(name === opened ? "" : name)}
              data-testid="job-history-open"
            >
              {t("history")}
            </Button>
          </span>
        );
      },
    },
  ];
  return (
    <>
      <DataTable
        labelledBy="jobs-title"
        items={jobs}
        columns={columns}
        rowKey={({ name }) => name}
        rowProps={({ name, paused }) => ({ "data-testid": "job", "data-job": name, "data-paused": paused })}
        testId="jobs"
      />
      {asking && asked ? <JobDialog job={asked} ask={asking.ask} onClose={() => setAsking(null)} /> : null}
    </>
  );
}

function LastRun({ job: { lastRun } }: { job: JobView }) {
  const t = useTranslations("adminJobs");
  const formats = useLocaleFormats();
  if (!lastRun) return null;
  const { outcome, endedAt, error } = lastRun;
  return (
    <span className={own.job}>
      <time dateTime={endedAt}>{formats.dateTime(endedAt)}</time>
      <span className={outcome === "ok" ? classes.good : classes.bad} title={error ?? undefined}>
        {t(`outcomes.${outcome}`)}
      </span>
    </span>
  );
}
