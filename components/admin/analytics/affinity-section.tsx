"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Affinity } from "@/domain/contracts/analytics";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import affinityClasses from "./affinity.module.css";
import { readAffinityInput } from "./affinity-filter";
import { TagMatrix } from "./tag-matrix";

const AffinityChart = lazyPart(() => import("./affinity-chart").then((m) => m.AffinityChart), {
  loading: () => <div style={{ height: 260 }} />,
});

type Trial = Affinity["trials"][number];
type Cards = Trial["cards"][number] & { people: number };

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
      {last ? <LastTrial trial={last} /> : null}
      {data && data.trials.length > 1 ? <TrialTable trials={data.trials} /> : null}
      {data && last ? <TagMatrix affinity={data} tag={input.tag ?? ""} /> : null}
    </section>
  );
}

/** What the last run found, as a chart and as a table. */
function LastTrial({ trial }: { trial: Trial }) {
  const t = useTranslations("adminAnalytics.affinity");
  const formats = useLocaleFormats();
  const { people, rooms, cards, isUsed } = trial;
  const rows = cards.map((one) => ({ ...one, people }));
  const columns: Column<Cards>[] = [
    {
      key: "cards",
      label: t("cards"),
      isTitle: true,
      renderCell: ({ cards: first }) => t("first", { first }),
    },
    ...(["affinity", "popularity"] as const).map((order) => ({
      key: order,
      label: t(`orders.${order}`),
      isEnd: true,
      renderCell: (one: Cards) => `${formats.coins(one[order])} · ${percentOf(one[order], people)}`,
    })),
  ];
  return (
    <>
      <p className={isUsed ? classes.good : classes.hint} role="status" data-testid="affinity-verdict">
        {t(people === 0 ? "nobody" : isUsed ? "used" : "notUsed")}
      </p>
      <p className={classes.hint}>{t("asked", { people, average: rooms.toFixed(1) })}</p>
      <AffinityChart
        points={rows.map((one) => ({
          name: t("first", { first: one.cards }),
          affinity: shareOf(one.affinity, people),
          popularity: shareOf(one.popularity, people),
        }))}
        label={t("chartLabel")}
        names={{ affinity: t("orders.affinity"), popularity: t("orders.popularity") }}
      />
      <DataTable
        label={t("chartLabel")}
        items={rows}
        columns={columns}
        rowKey={(one) => String(one.cards)}
        testId="affinity-cards"
      />
    </>
  );
}

const shareOf = (part: number, all: number) => (all === 0 ? 0 : Math.round((part / all) * 1_000) / 10);
const percentOf = (part: number, all: number) => `${shareOf(part, all).toFixed(1)} %`;

function TrialTable({ trials }: { trials: readonly Trial[] }) {
  const t = useTranslations("adminAnalytics.affinity");
  const formats = useLocaleFormats();
  const columns: Column<Trial>[] = [
    {
      key: "at",
      label: t("at"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ at }) => formats.dateTime(at),
    },
    { key: "people", label: t("people"), isEnd: true, renderCell: ({ people }) => formats.coins(people) },
    {
      key: "affinity",
      label: t("places.affinity"),
      isEnd: true,
      renderCell: ({ affinityPlace }) => affinityPlace.toFixed(3),
    },
    {
      key: "popularity",
      label: t("places.popularity"),
      isEnd: true,
      renderCell: ({ popularityPlace }) => popularityPlace.toFixed(3),
    },
    {
      key: "used",
      label: t("lobby"),
      renderCell: ({ isUsed }) => t(isUsed ? "orders.affinity" : "orders.popularity"),
    },
  ];
  return (
    <>
      <h3 className={affinityClasses.subTitle}>{t("runs")}</h3>
      <p className={classes.hint}>{t("placesText")}</p>
      <DataTable
        label={t("runs")}
        items={trials}
        columns={columns}
        rowKey={({ runId }) => runId}
        testId="affinity-trials"
      />
    </>
  );
}
