"use client";

import { useTranslations } from "next-intl";
import { lazyPart } from "../../lib/lazy-part";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import studio from "../studio.module.css";
import { useWatchTime } from "../use-watch-time";
import classes from "./audience.module.css";
import type { AudienceView, SplitRows } from "./audience-view";
import { useGroupNames } from "./use-group-names";

const HOUR_MS = 3_600_000;
const BAR_PX = 34;
const AXIS_PX = 40;
const STANDING_PX = 220;

const AudienceChart = lazyPart(() => import("./audience-chart").then((m) => m.AudienceChart));

/** One breakdown of those who gave, or watched, as a chart and as a table beside it. */
export function SplitCard({ split: { split, rows }, view }: { split: SplitRows; view: AudienceView }) {
  const t = useTranslations("audience");
  const formats = useLocaleFormats();
  const watchTime = useWatchTime();
  const nameOf = useGroupNames(split);
  const { side, measure } = view;
  const amountLabel = t(`amounts.${side}`);
  const formatAmount = (amount: number) => (side === "givers" ? formats.coins(amount) : watchTime(amount));
  const measureLabel = measure === "people" ? t("people") : amountLabel;
  const titleId = `audience-${split}`;
  // Twenty-four of them want the whole width.
  const isWide = split === "hour";
  const isLying = split !== "hour" && split !== "weekday";
  const heightPx = isLying ? rows.length * BAR_PX + AXIS_PX : STANDING_PX;
  type Row = (typeof rows)[number];
  const columns: Column<Row>[] = [
    { key: "group", label: t(`splits.${split}`), isTitle: true, renderCell: ({ key }) => nameOf(key) },
    {
      key: "people",
      label: t("people"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ people }) => t("atLeast", { count: people }),
    },
    {
      key: "amount",
      label: amountLabel,
      isEnd: true,
      isNowrap: true,
      isFigure: true,
      renderCell: ({ amount }) =>
        side === "givers" ? <CoinAmount>{formats.coins(amount)}</CoinAmount> : watchTime(amount),
    },
  ];
  return (
    <section
      className={isWide ? `${studio.card} ${classes.wide}` : studio.card}
      aria-labelledby={titleId}
      data-testid={`audience-${split}`}
    >
      <h2 id={titleId} className={studio.cardTitle}>
        {t(`splits.${split}`)}
      </h2>
      {rows.length === 0 ? (
        <p className={classes.tooFew}>{t("tooFew")}</p>
      ) : (
        <div className={isWide ? classes.beside : classes.stacked}>
          <div style={{ height: heightPx }}>
            <AudienceChart
              points={rows.map((row) => ({ name: nameOf(row.key), value: row[measure] }))}
              measure={measureLabel}
              label={t("chartLabel", { what: t(`splits.${split}`), measure: measureLabel })}
              color={side === "givers" ? "gold.5" : "teal.5"}
              heightPx={heightPx}
              isLying={isLying}
              formatValue={measure === "people" ? (value) => t("atLeast", { count: value }) : formatAmount}
              formatAxis={
                measure === "people" || side === "givers"
                  ? (value) => formats.compact(value)
                  : (ms) => t("hours", { hours: formats.compact(ms / HOUR_MS) })
              }
            />
          </div>
          <DataTable
            labelledBy={titleId}
            items={rows}
            columns={columns}
            rowKey={({ key }) => key}
            rowProps={({ key }) => ({ "data-group": key })}
            testId={`audience-table-${split}`}
          />
        </div>
      )}
    </section>
  );
}
