"use client";

import "@mantine/charts/styles.layer.css";
import { AreaChart } from "@mantine/charts";
import type { LivePoint } from "@/domain/rules/live-figures";

export type LiveName = "gifts" | "coins" | "waiting" | "errors" | "viewers";

const COLORS: Record<LiveName, string> = {
  gifts: "indigo.4",
  coins: "gold.5",
  waiting: "grape.5",
  errors: "vermilion.5",
  viewers: "teal.5",
};

interface LiveChartProps {
  name: LiveName;
  label: string;
  points: readonly LivePoint[];
  heightPx: number;
  formatTime: (at: string) => string;
  formatValue: (value: number) => string;
  formatAxis: (value: number) => string;
}

/** One figure over the last quarter of an hour; a gap where nothing was seen. */
export function LiveChart(props: LiveChartProps) {
  const { name, label, points, heightPx, formatTime, formatValue, formatAxis } = props;
  return (
    <div role="img" aria-label={label}>
      <AreaChart
        h={heightPx}
        data={points.map((point) => ({ at: point.at, value: point[name] }))}
        dataKey="at"
        series={[{ name: "value", label, color: COLORS[name] }]}
        curveType="linear"
        withDots={false}
        connectNulls={false}
        gridAxis="x"
        tickLine="none"
        strokeWidth={2}
        valueFormatter={formatValue}
        xAxisProps={{ tickFormatter: formatTime, minTickGap: 40 }}
        yAxisProps={{ width: 48, tickFormatter: formatAxis, allowDecimals: false }}
        tooltipProps={{ labelFormatter: (at) => (typeof at === "string" ? formatTime(at) : "") }}
        areaProps={{ isAnimationActive: false }}
      />
    </div>
  );
}
