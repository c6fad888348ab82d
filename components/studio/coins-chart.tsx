"use client";

import "@mantine/charts/styles.layer.css";
import { AreaChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { fillMinutes } from "./fill-minutes";

const MINUTES_SHOWN = 30;

interface CoinsChartProps {
  series: readonly { at: string; coins: number }[];
  /** When the series was read; the curve ends there. */
  nowMs: number;
  heightPx: number;
}

/** Coins per minute over the last half hour. */
export function CoinsChart({ series, nowMs, heightPx }: CoinsChartProps) {
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
  return (
    <div
      role="img"
      aria-label={t("chartLabel", { coins: series.reduce((sum, point) => sum + point.coins, 0) })}
    >
      <AreaChart
        h={heightPx}
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
