"use client";

import "@mantine/charts/styles.layer.css";
import { BarChart } from "@mantine/charts";

interface AffinityChartProps {
  points: readonly { name: string; affinity: number; popularity: number }[];
  label: string;
  axis: string;
  names: { affinity: string; popularity: string };
}

/** How many found what they watched among the first cards, in percent, by both orders side by side. */
export function AffinityChart({ points, label, axis, names }: AffinityChartProps) {
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={260}
        data={[...points]}
        dataKey="name"
        xAxisLabel={axis}
        series={[
          { name: "affinity", label: names.affinity, color: "vermilion.5" },
          { name: "popularity", label: names.popularity, color: "gold.5" },
        ]}
        withLegend
        legendProps={{ verticalAlign: "bottom" }}
        gridAxis="x"
        tickLine="none"
        valueFormatter={(value) => `${value} %`}
        yAxisProps={{ width: 52, domain: [0, 100] }}
        barProps={{ isAnimationActive: false }}
      />
    </div>
  );
}
