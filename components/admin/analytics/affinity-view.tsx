"use client";

import { useTranslations } from "next-intl";
import type { Affinity } from "@/domain/contracts/analytics";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import affinityClasses from "./affinity.module.css";
import { AffinityChart } from "./affinity-chart";
import { TagMatrix } from "./tag-matrix";

type Trial = Affinity["trials"][number];
type Cards = Trial["cards"][number] & { people: number };

/** The last comparison, those before it, and which tags go together. */
export function AffinityView({ affinity, last, tag }: { affinity: Affinity; last: Trial; tag: string }) {
  return (
    <>
      <LastTrial trial={last} />
      {affinity.trials.length > 1 ? <TrialTable trials={affinity.trials} /> : null}
      <TagMatrix affinity={affinity} tag={tag} />
    </>
  );
}

/** What the last run found, as a chart and as a table. */
function LastTrial({ trial }: { trial: Trial }) {
  const t = useTranslations("adminAnalytics.affinity");
  const formats = useLocaleFormats();
  const { people, rooms, cards } = trial;
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
      <p className={classes.hint}>{t("asked", { people, average: rooms.toFixed(1) })}</p>
      <AffinityChart
        points={rows.map((one) => ({
          name: String(one.cards),
          affinity: shareOf(one.affinity, people),
          popularity: shareOf(one.popularity, people),
        }))}
        label={t("chartLabel")}
        axis={t("cards")}
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
