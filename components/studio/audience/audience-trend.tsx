"use client";

import { useTranslations } from "next-intl";
import type { AudienceTrendPoint } from "@/domain/contracts/audience";
import { lazyPart } from "../../lib/lazy-part";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import studio from "../studio.module.css";
import { useWatchTime } from "../use-watch-time";
import classes from "./audience.module.css";
import { useWeekNames } from "./use-week-names";

const HEIGHT_PX = 220;

const AudienceChart = lazyPart(() => import("./audience-chart").then((m) => m.AudienceChart));

/** The most viewers at once, week by week. */
export function AudienceTrend({ trend }: { trend: readonly AudienceTrendPoint[] }) {
  const t = useTranslations("audience");
  const formats = useLocaleFormats();
  const watchTime = useWatchTime();
  const nameOf = useWeekNames();
  const columns: Column<AudienceTrendPoint>[] = [
    { key: "week", label: t("week"), isNowrap: true, isTitle: true, renderCell: ({ week }) => nameOf(week) },
    {
      key: "streams",
      label: t("streams"),
      isEnd: true,
      renderCell: ({ streams }) => formats.coins(streams),
    },
    {
      key: "live",
      label: t("liveTime"),
      isEnd: true,
      isNowrap: true,
      renderCell: (row) => watchTime(row.liveMs),
    },
    {
      key: "peak",
      label: t("peak"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ peakViewers }) => formats.coins(peakViewers),
    },
  ];
  return (
    <section className={`${studio.card} ${classes.wide}`} aria-labelledby="audience-trend">
      <h2 id="audience-trend" className={studio.cardTitle}>
        {t("trend")}
      </h2>
      <div className={classes.beside}>
        <div style={{ height: HEIGHT_PX }}>
          <AudienceChart
            points={trend.map(({ week, peakViewers }) => ({ name: nameOf(week), value: peakViewers }))}
            measure={t("peak")}
            label={t("chartLabel", { what: t("trend"), measure: t("peak") })}
            color="indigo.4"
            heightPx={HEIGHT_PX}
            isLying={false}
            formatValue={formats.coins}
            formatAxis={formats.compact}
          />
        </div>
        <DataTable
          labelledBy="audience-trend"
          items={trend.toReversed()}
          columns={columns}
          rowKey={({ week }) => week}
          testId="audience-trend-table"
        />
      </div>
    </section>
  );
}
