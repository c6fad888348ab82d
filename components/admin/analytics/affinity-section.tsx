"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { readAffinityInput } from "./affinity-filter";

/** As high as it is with a few runs and tags. */
const AffinityView = lazyPart(() => import("./affinity-view").then((m) => m.AffinityView), {
  loading: () => <div style={{ height: 1_200 }} />,
});

/** Whether the lobby knows what people like better than popularity does, and what they like together. */
export function AffinitySection() {
  const t = useTranslations("adminAnalytics.affinity");
  const trpc = useTRPC();
  const input = readAffinityInput(useSearchParams());
  const { data, error, refetch } = useQuery(
    trpc.analytics.affinity.queryOptions(input, { placeholderData: keepPreviousData }),
  );
  const last = data?.trials[0];
  return (
    <section className={classes.card} aria-labelledby="affinity-title">
      <div className={classes.cardHead}>
        <h2 id="affinity-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        {last ? (
          <Button
            size="compact-sm"
            variant="default"
            component="a"
            href="/api/export/affinity.csv"
            download
            data-testid="affinity-csv"
          >
            {t("csv")}
          </Button>
        ) : null}
      </div>
      <p className={classes.hint}>{t("text")}</p>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <ListSkeleton label={t("loading")} rows={8} /> : null}
      {data && !last ? (
        <StatePanel title={t("none")} testId="affinity-none">
          {t("noneText")}
        </StatePanel>
      ) : null}
      {last ? (
        <p className={last.isUsed ? classes.good : classes.hint} role="status" data-testid="affinity-verdict">
          {t(last.people === 0 ? "nobody" : last.isUsed ? "used" : "notUsed")}
        </p>
      ) : null}
      {data && last ? <AffinityView affinity={data} last={last} tag={input.tag ?? ""} /> : null}
    </section>
  );
}
