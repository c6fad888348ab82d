"use client";

import "@mantine/charts/styles.layer.css";
import { LineChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import classes from "../admin.module.css";
import type { LivePoint } from "./live-points";
import { useCount } from "./use-count";

const SERIES = {
  gifts: [
    { name: "intended", color: "gray.6" },
    { name: "accepted", color: "indigo.4" },
    { name: "paid", color: "teal.5" },
    { name: "failed", color: "vermilion.5" },
  ],
  times: [
    { name: "p50Ms", color: "teal.5" },
    { name: "p99Ms", color: "vermilion.5" },
    { name: "ownLagMs", color: "gold.5" },
  ],
  load: [
    { name: "cores", color: "grape.5" },
    { name: "queued", color: "indigo.4" },
  ],
} as const;

/** One of the graphs of a run. */
export function LiveChart({ chart, points }: { chart: keyof typeof SERIES; points: readonly LivePoint[] }) {
  const t = useTranslations("adminSimulator");
  const formats = useLocaleFormats();
  const count = useCount();
  return (
    <figure style={{ margin: 0, minWidth: 0 }}>
      <figcaption className={classes.hint}>{t(`charts.${chart}`)}</figcaption>
      <div role="img" aria-label={t(`charts.${chart}`)}>
        <LineChart
          h={220}
          data={points.map((point) => ({ ...point }))}
          dataKey="atSeconds"
          series={SERIES[chart].map(({ name, color }) => ({ name, color, label: t(`columns.${name}`) }))}
          withLegend
          legendProps={{ verticalAlign: "bottom" }}
          withDots={false}
          curveType="linear"
          gridAxis="x"
          tickLine="none"
          valueFormatter={count}
          xAxisProps={{ minTickGap: 28 }}
          yAxisProps={{ width: 48, tickFormatter: formats.compact }}
          lineProps={{ isAnimationActive: false }}
        />
      </div>
    </figure>
  );
}
