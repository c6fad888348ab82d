"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { JobHistory, JobRunFacts, JobView } from "@/domain/contracts/jobs";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import { HistoryCard, VersionTable } from "../history-card";
import { JobDialog } from "./job-dialog";
import { useEveryText } from "./use-every-text";

const REFRESH_MS = 3_000;
/** At first: the others are a long way on a phone. */
const RUNS_SHOWN = 5;

/** What a job did of late, and who changed it, with a way back to what it was. */
export function JobHistoryCard({ job, onClose }: { job: JobView; onClose: () => void }) {
  const t = useTranslations("adminJobs");
  const trpc = useTRPC();
  const everyText = useEveryText();
  const [backTo, setBackTo] = useState<number | null>(null);
  const history = useQuery(
    trpc.ops.jobHistory.queryOptions({ name: job.name }, { refetchInterval: REFRESH_MS }),
  );
  const everyOf = (everyMs: number | null) => everyMs ?? job.defaultEveryMs;
  return (
    <>
      <HistoryCard
        testId="job-history"
        title={t("historyOf", { job: t(`names.${job.name}`) })}
        query={history}
        onClose={onClose}
      >
        {({ runs, changes }) => (
          <>
            <h3 id="job-changes-title" className={classes.cardTitle}>
              {t("changes")}
            </h3>
            {changes.length === 0 ? (
              <p className={classes.hint}>{t("noChanges")}</p>
            ) : (
              <VersionTable
                testId="job-changes"
                labelledBy="job-changes-title"
                versions={changes}
                valueLabel={t("every")}
                renderValue={({ everyMs, isPaused }) => (
                  <>
                    {everyText(everyOf(everyMs))}
                    {isPaused ? <strong className={classes.bad}> · {t("paused")}</strong> : null}
                  </>
                )}
                isOther={({ value }) => everyOf(value.everyMs) !== job.everyMs}
                onBack={({ everyMs }) => setBackTo(everyOf(everyMs))}
              />
            )}
            <h3 id="job-runs-title" className={classes.cardTitle}>
              {t("lastRuns")}
            </h3>
            <Runs runs={runs} />
          </>
        )}
      </HistoryCard>
      {backTo === null ? null : (
        <JobDialog job={job} ask="change" everyMs={backTo} onClose={() => setBackTo(null)} />
      )}
    </>
  );
}

function Runs({ runs }: { runs: JobHistory["runs"] }) {
  const t = useTranslations("adminJobs");
  const formats = useLocaleFormats();
  const [isWhole, setWhole] = useState(false);
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
    <>
      <DataTable
        labelledBy="job-runs-title"
        items={isWhole ? runs : runs.slice(0, RUNS_SHOWN)}
        columns={columns}
        rowKey={({ runId }) => runId}
        rowProps={({ outcome }) => ({ "data-outcome": outcome })}
        testId="job-runs"
      />
      {!isWhole && runs.length > RUNS_SHOWN ? (
        <Button variant="default" onClick={() => setWhole(true)} data-testid="job-runs-more">
          {t("moreRuns")}
        </Button>
      ) : null}
    </>
  );
}
