"use client";

import "@mantine/charts/styles.layer.css";
import { BarChart } from "@mantine/charts";
import type { Pivot } from "./pivot-tips";
import type { Look } from "./tips-filter";

const COLORS = [
  "vermilion.5",
  "gold.5",
  "teal.5",
  "indigo.4",
  "grape.5",
  "lime.6",
  "cyan.6",
  "gray.6",
] as const;

interface TipsChartProps {
  pivot: Pivot;
  look: Look;
  label: string;
  nameOf: (key: string, name: string | null) => string;
  formatTime: (at: string) => string;
  formatValue: (value: number) => string;
  formatAxis: (value: number) => string;
}

/** Bars over time, on top of each other or side by side. */
export function TipsChart({
  pivot,
  look,
  label,
  nameOf,
  formatTime,
  formatValue,
  formatAxis,
}: TipsChartProps) {
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={300}
        data={pivot.points}
        dataKey="at"
        type={look === "stacked" ? "stacked" : "default"}
        series={pivot.series.map(({ key, name }, i) => ({
          name: key,
          label: nameOf(key, name),
          color: COLORS[i % COLORS.length] ?? "gray.6",
        }))}
        withLegend={pivot.series.length > 1}
        legendProps={{ verticalAlign: "bottom" }}
        gridAxis="x"
        tickLine="none"
        valueFormatter={formatValue}
        xAxisProps={{ tickFormatter: formatTime, minTickGap: 24 }}
        yAxisProps={{ width: 52, tickFormatter: formatAxis }}
        tooltipProps={{ labelFormatter: (at) => (typeof at === "string" ? formatTime(at) : "") }}
        barProps={{ isAnimationActive: false }}
      />
    </div>
  );
}
