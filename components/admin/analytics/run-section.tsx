"use client";

import { Button, Progress } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { AnalyticsRun } from "@/domain/contracts/analytics";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import { RUNS_SHOWN } from "./profiles-filter";

const RunDialog = lazyPart(() => import("./run-dialogs").then((m) => m.RunDialog));
const ScheduleDialog = lazyPart(() => import("./run-dialogs").then((m) => m.ScheduleDialog));

const REFRESH_MS = 3_000;

/** The job that counts: its runs, how often it runs, and a run now. */
export function RunSection() {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [asking, setAsking] = useState<"run" | "schedule" | null>(null);
  const runs = useInfiniteQuery(
    trpc.analytics.runs.infiniteQueryOptions(
      { limit: RUNS_SHOWN },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const first = runs.data?.pages[0];
  const open = first?.items.find(({ endedAt }) => endedAt === null);
  return (
    <section className={classes.card} aria-labelledby="analytics-runs-title">
      <div className={classes.cardHead}>
        <h2 id="analytics-runs-title" className={classes.cardTitle}>
          {t("runs")}
        </h2>
        <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setAsking("schedule")}
            disabled={!first}
            data-testid="analytics-schedule"
          >
            {t("changeSchedule")}
          </Button>
          <Button
            size="compact-sm"
            onClick={() => setAsking("run")}
            disabled={!first || open !== undefined}
            data-testid="analytics-run"
          >
            {t("runNow")}
          </Button>
        </div>
      </div>
      {first ? (
        <p className={classes.hint} data-testid="analytics-every">
          {t("every", { minutes: first.schedule.everyMinutes })}
          {first.nextAt ? ` ${t("next", { at: formats.fullDateTime(first.nextAt) })}` : null}
        </p>
      ) : null}
      {open ? <Running run={open} /> : null}
      <PagedList query={runs} loading={t("loading")} empty={<p className={classes.hint}>{t("noRuns")}</p>}>
        {(items: readonly AnalyticsRun[]) => <RunTable items={items} />}
      </PagedList>
      {asking === "run" ? <RunDialog onClose={() => setAsking(null)} /> : null}
      {asking === "schedule" && first ? (
        <ScheduleDialog schedule={first.schedule} onClose={() => setAsking(null)} />
      ) : null}
    </section>
  );
}

function Running({ run: { rows, waiting, error } }: { run: AnalyticsRun }) {
  const t = useTranslations("adminAnalytics");
  return (
    <div role="status">
      <p className={classes.hint}>{t("progress", { done: rows, all: Math.max(rows, waiting) })}</p>
      <Progress value={waiting === 0 ? 100 : Math.min(100, (rows / waiting) * 100)} aria-label={t("runs")} />
      {error ? <p className={classes.bad}>{error}</p> : null}
    </div>
  );
}

function RunTable({ items }: { items: readonly AnalyticsRun[] }) {
  const t = useTranslations("adminAnalytics");
  const formats = useLocaleFormats();
  const columns: Column<AnalyticsRun>[] = [
    {
      key: "at",
      label: t("startedAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ startedAt, createdAt }) => formats.dateTime(startedAt ?? createdAt),
    },
    {
      key: "state",
      label: t("state"),
      renderCell: ({ status }) => (
        <span className={status === "differs" ? classes.bad : status === "done" ? classes.good : undefined}>
          {t(`states.${status}`)}
        </span>
      ),
    },
    { key: "by", label: t("by"), renderCell: ({ requestedBy }) => t(requestedBy ? "byOperator" : "byClock") },
    {
      key: "rows",
      label: t("rows"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ rows }) => formats.coins(rows),
    },
    {
      key: "speed",
      label: t("rowsPerSecond"),
      isEnd: true,
      renderCell: ({ rowsPerSecond }) => (rowsPerSecond === null ? null : formats.coins(rowsPerSecond)),
    },
    {
      key: "cursors",
      label: t("cursors"),
      isEnd: true,
      renderCell: ({ cursorsBefore, cursorsAfter }) =>
        cursorsBefore
          ? `${formats.coins(sumOf(cursorsBefore))} → ${cursorsAfter ? formats.coins(sumOf(cursorsAfter)) : "…"}`
          : null,
    },
    {
      key: "checksum",
      label: t("checksum"),
      renderCell: ({ checksum, checksumOk }) =>
        checksum ? (
          <span className={checksumOk ? classes.good : classes.bad} title={JSON.stringify(checksum)}>
            {checksumOk ? t("checksumOk") : `${checksum.coins} ≠ ${checksum.ledgerCoins}`}
          </span>
        ) : null,
    },
    { key: "node", label: t("node"), renderCell: ({ node }) => node },
    { key: "error", label: t("error"), className: classes.bad, renderCell: ({ error }) => error },
  ];
  return (
    <DataTable
      labelledBy="analytics-runs-title"
      items={items}
      columns={columns}
      rowKey={({ runId }) => runId}
      rowProps={({ status }) => ({ "data-status": status })}
      testId="analytics-runs"
    />
  );
}

/** Gifts counted in all buckets; refunds have numbers of their own. */
const sumOf = ({ refunds: _, ...buckets }: Record<string, number>) =>
  Object.values(buckets).reduce((sum, seq) => sum + seq, 0);
