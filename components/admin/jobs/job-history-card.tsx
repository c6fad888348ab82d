"use client";

import { Button, CloseButton, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { JobHistory, JobRunFacts, JobView } from "@/domain/contracts/jobs";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";
import { JobDialog } from "./job-dialog";
import { useEveryText } from "./use-every-text";

const REFRESH_MS = 3_000;
type Change = JobHistory["changes"][number];

/** What a job did of late, and who changed it, with a way back to what it was. */
export function JobHistoryCard({ job, onClose }: { job: JobView; onClose: () => void }) {
  const t = useTranslations("adminJobs");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.ops.jobHistory.queryOptions({ name: job.name }, { refetchInterval: REFRESH_MS }),
  );
  return (
    <section className={classes.card} aria-labelledby="job-history-title" data-testid="job-history">
      <div className={classes.cardHead}>
        <h2 id="job-history-title" className={classes.cardTitle}>
          {t("historyOf", { job: t(`names.${job.name}`) })}
        </h2>
        <CloseButton aria-label={t("close")} onClick={onClose} />
      </div>
      {data ? (
        <>
          <h3 id="job-runs-title" className={classes.cardTitle}>
            {t("lastRuns")}
          </h3>
          <Runs runs={data.runs} />
          <h3 id="job-changes-title" className={classes.cardTitle}>
            {t("changes")}
          </h3>
          <Changes job={job} changes={data.changes} />
        </>
      ) : error ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={240} radius="lg" />
      )}
    </section>
  );
}

function Runs({ runs }: { runs: JobHistory["runs"] }) {
  const t = useTranslations("adminJobs");
  const formats = useLocaleFormats();
  if (!runs || runs.length === 0) return <p className={classes.hint}>{t(runs ? "noRuns" : "runsUnknown")}</p>;
  const columns: Column<JobRunFacts>[] = [
    {
      key: "at",
      label: t("startedAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ startedAt }) => <time dateTime={startedAt}>{formats.dateTime(startedAt)}</time>,
    },
    {
      key: "took",
      label: t("took"),
      isEnd: true,
      renderCell: ({ tookMs }) => t("seconds", { seconds: (tookMs / 1_000).toFixed(2) }),
    },
    {
      key: "outcome",
      label: t("outcome"),
      renderCell: ({ outcome, error }) => (
        <span className={outcome === "ok" ? classes.good : classes.bad}>
          {t(`outcomes.${outcome}`)}
          {error ? `: ${error}` : null}
        </span>
      ),
    },
    { key: "by", label: t("by"), renderCell: ({ requestedBy }) => t(requestedBy ? "byOperator" : "byClock") },
    { key: "node", label: t("node"), renderCell: ({ node }) => node },
  ];
  return (
    <DataTable
      labelledBy="job-runs-title"
      items={runs}
      columns={columns}
      rowKey={({ runId }) => runId}
      rowProps={({ outcome }) => ({ "data-outcome": outcome })}
      testId="job-runs"
    />
  );
}

function Changes({ job, changes }: { job: JobView; changes: readonly Change[] }) {
  const t = useTranslations("adminJobs");
  const formats = useLocaleFormats();
  const everyText = useEveryText();
  const [backTo, setBackTo] = useState<number | null>(null);
  if (changes.length === 0) return <p className={classes.hint}>{t("noChanges")}</p>;
  const columns: Column<Change>[] = [
    {
      key: "version",
      label: t("version"),
      isTitle: true,
      renderCell: ({ version }) => t("versionOf", { number: version }),
    },
    {
      key: "at",
      label: t("at"),
      isNowrap: true,
      renderCell: ({ at }) => <time dateTime={at}>{formats.dateTime(at)}</time>,
    },
    {
      key: "what",
      label: t("every"),
      renderCell: ({ value: { everyMs, isPaused } }) => (
        <>
          {everyText(everyMs ?? job.defaultEveryMs)}
          {isPaused ? <strong className={classes.bad}> · {t("paused")}</strong> : null}
        </>
      ),
    },
    { key: "by", label: t("by"), renderCell: ({ byName, by }) => <bdi>{byName ?? by.slice(0, 8)}</bdi> },
    { key: "reason", label: t("reason"), renderCell: ({ reason }) => <bdi>{reason}</bdi> },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
    {
      key: "back",
      label: t("back"),
      isActing: true,
      renderCell: ({ value: { everyMs } }) =>
        (everyMs ?? job.defaultEveryMs) === job.everyMs ? null : (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setBackTo(everyMs ?? job.defaultEveryMs)}
            data-testid="job-back"
          >
            {t("back")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        labelledBy="job-changes-title"
        items={changes}
        columns={columns}
        rowKey={({ version }) => String(version)}
        testId="job-changes"
      />
      {backTo === null ? null : (
        <JobDialog job={job} ask="change" everyMs={backTo} onClose={() => setBackTo(null)} />
      )}
    </>
  );
}
