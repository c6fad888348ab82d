"use client";

import { useTranslations } from "next-intl";
import type { Tips, TipsRow } from "@/domain/contracts/analytics";
import type { Gender } from "@/domain/contracts/person-facts";
import { lazyPart } from "../../lib/lazy-part";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { StatePanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { ALL, OTHERS, pivotTips } from "./pivot-tips";
import type { TipsFilter } from "./tips-filter";

const TipsChart = lazyPart(() => import("./tips-chart").then((m) => m.TipsChart), {
  loading: () => <div style={{ height: 300 }} />,
});

/** A chart with more bars than this is a carpet. */
const POINTS_MAX = 800;
const ROWS_SHOWN = 120;

/** The same figures as a chart and as a table. */
export function TipsView({ tips, filter }: { tips: Tips; filter: TipsFilter }) {
  const t = useTranslations("adminAnalytics");
  const formats = useLocaleFormats();
  const { step, split, measure, look } = filter;
  const pivot = pivotTips(tips.rows, step, split, measure);
  const formatTime = (at: string) => (step === "hour" ? formats.dateTime(at).replace(/:00$/, "") : at);
  const genders = useTranslations("about.genders");
  const nameOf = (key: string, name: string | null): string => {
    if (key === ALL) return t(`measures.${measure}`);
    if (key === OTHERS) return t("others");
    return split === "anchor" ? (name ?? key.slice(0, 8)) : genders(key as Gender);
  };
  if (tips.rows.length === 0) {
    return (
      <StatePanel title={t("none")} testId="tips-none">
        {t("noneText")}
      </StatePanel>
    );
  }
  return (
    <>
      {pivot.points.length > POINTS_MAX ? (
        <p className={classes.hint}>{t("tooManyPoints")}</p>
      ) : (
        <TipsChart
          pivot={pivot}
          look={look}
          label={t("chartLabel", { measure: t(`measures.${measure}`), count: pivot.points.length })}
          nameOf={nameOf}
          formatTime={formatTime}
          formatValue={(value) => formats.coins(value)}
          formatAxis={(value) => formats.compact(value)}
        />
      )}
      <TipsTable rows={tips.rows} filter={filter} formatTime={formatTime} nameOf={nameOf} />
    </>
  );
}

interface TipsTableProps {
  rows: readonly TipsRow[];
  filter: TipsFilter;
  formatTime: (at: string) => string;
  nameOf: (key: string, name: string | null) => string;
}

function TipsTable({ rows, filter: { step, split }, formatTime, nameOf }: TipsTableProps) {
  const t = useTranslations("adminAnalytics");
  const formats = useLocaleFormats();
  const newestFirst = rows.toReversed().slice(0, ROWS_SHOWN);
  const columns: Column<TipsRow>[] = [
    {
      key: "at",
      label: t(`steps.${step}`),
      isNowrap: true,
      isTitle: true,
      renderCell: (row) => formatTime(row[step] ?? ""),
    },
    ...(split === "none"
      ? []
      : [
          {
            key: "split",
            label: t(`splits.${split}`),
            renderCell: (row: TipsRow) => nameOf(row[split] ?? "", row.anchorName ?? null),
          },
        ]),
    {
      key: "gifts",
      label: t("measures.gifts"),
      isEnd: true,
      renderCell: ({ gifts }) => formats.coins(gifts),
    },
    {
      key: "viewers",
      label: t("measures.viewers"),
      isEnd: true,
      renderCell: ({ viewers }) => formats.coins(viewers),
    },
    {
      key: "gross",
      label: t("measures.gross"),
      isEnd: true,
      renderCell: ({ grossFen }) => formats.fen(grossFen),
    },
    {
      key: "coins",
      label: t("measures.coins"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
  ];
  return (
    <>
      <DataTable
        label={t("tableLabel")}
        items={newestFirst}
        columns={columns}
        rowKey={(row) => `${row[step]}/${split === "none" ? "" : row[split]}`}
        testId="tips-table"
      />
      {rows.length > newestFirst.length ? (
        <p className={classes.hint}>{t("rowsShown", { shown: newestFirst.length, all: rows.length })}</p>
      ) : null}
    </>
  );
}
