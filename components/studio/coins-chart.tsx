"use client";

import "@mantine/charts/styles.layer.css";
import { AreaChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { fillMinutes } from "./fill-minutes";
import classes from "./studio.module.css";

const HEIGHT_PX = 190;
const MINUTES_SHOWN = 30;

interface CoinsChartProps {
  series: readonly { at: string; coins: number }[];
  live: boolean;
  /** When the series was read; the curve ends there. */
  nowMs: number;
}

/** Coins per minute over the last half hour. */
export function CoinsChart({ series, live, nowMs }: CoinsChartProps) {
  const t = useTranslations("studio");
  const formats = useLocaleFormats();
  const data = useMemo(
    () =>
      fillMinutes(series, MINUTES_SHOWN, nowMs).map((point) => ({
        minute: formats.clock(point.at),
        coins: point.coins,
      })),
    [series, formats, nowMs],
  );
  if (series.length === 0) {
    return <p className={classes.chartEmpty}>{live ? t("chartWaiting") : t("chartClosed")}</p>;
  }
  return (
    <div
      role="img"
      aria-label={t("chartLabel", { coins: series.reduce((sum, point) => sum + point.coins, 0) })}
    >
      <AreaChart
        h={HEIGHT_PX}
        data={data}
        dataKey="minute"
        series={[{ name: "coins", label: t("coins"), color: "gold.5" }]}
        curveType="monotone"
        withDots={false}
        gridAxis="x"
        tickLine="none"
        strokeWidth={2}
        valueFormatter={(value) => formats.coins(value)}
        yAxisProps={{ width: 44, tickFormatter: (value: number) => formats.compact(value) }}
        areaProps={{ isAnimationActive: false }}
      />
    </div>
  );
}
