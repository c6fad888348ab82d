"use client";

import "@mantine/charts/styles.layer.css";
import { BarChart } from "@mantine/charts";

interface AudienceChartProps {
  points: readonly { name: string; value: number }[];
  /** What the bars count. */
  measure: string;
  label: string;
  color: string;
  heightPx: number;
  /** Names beside the bars, for few that are long; below them otherwise. */
  isLying: boolean;
  formatValue: (value: number) => string;
  formatAxis: (value: number) => string;
}

const NAMES_PX = 112;

/** Bars by group. */
export function AudienceChart(props: AudienceChartProps) {
  const { points, measure, label, color, heightPx, isLying, formatValue, formatAxis } = props;
  const names = isLying ? "yAxisProps" : "xAxisProps";
  const figures = isLying ? "xAxisProps" : "yAxisProps";
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={heightPx}
        data={[...points]}
        dataKey="name"
        orientation={isLying ? "vertical" : "horizontal"}
        series={[{ name: "value", label: measure, color }]}
        gridAxis={isLying ? "y" : "x"}
        tickLine="none"
        valueFormatter={formatValue}
        {...{ [figures]: { tickFormatter: formatAxis, ...(isLying ? {} : { width: 52 }) } }}
        {...{ [names]: isLying ? { width: NAMES_PX, interval: 0 } : { minTickGap: 12 } }}
        barProps={{ isAnimationActive: false, maxBarSize: 28 }}
      />
    </div>
  );
}
