"use client";

import { Alert, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { useOpened } from "../../lib/use-address";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { JobHistoryCard } from "./job-history-card";
import { JobTable } from "./job-table";

const REFRESH_MS = 3_000;

/** What runs by the clock: how often, when next, what came of it; run now, pause, change. */
export function JobsPage() {
  const t = useTranslations("adminJobs");
  const trpc = useTRPC();
  const [opened, open] = useOpened("job");
  const { data, error, refetch } = useQuery(
    trpc.ops.jobs.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  const shown = data?.items.find(({ name }) => name === opened);
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>
          {t("text")}{" "}
          <Link href="/admin/analytics" className={classes.link}>
            {t("toAnalytics")}
          </Link>
        </p>
      </div>
      {shown ? <JobHistoryCard key={shown.name} job={shown} onClose={() => open("")} /> : null}
      <section className={classes.card} aria-labelledby="jobs-title">
        <h2 id="jobs-title" className={classes.cardTitle}>
          {t("all")}
        </h2>
        {data && !data.isQueueKnown ? (
          <Alert color="yellow" role="status" data-testid="jobs-queue-away">
            {t("queueAway")}
          </Alert>
        ) : null}
        {data ? (
          <JobTable jobs={data.items} opened={opened} onOpen={open} />
        ) : error ? (
          <ErrorPanel error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={480} radius="lg" />
        )}
      </section>
    </>
  );
}
