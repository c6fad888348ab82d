"use client";

import "@mantine/charts/styles.layer.css";
import { BarChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { groupBySize } from "./packet-sizes";
import classes from "./rain.module.css";

const PARTS_MAX = 12;

/** How the claimed packets are spread over sizes. */
export function SizesChart({ amounts, heightPx }: { amounts: readonly number[]; heightPx: number }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const parts = useMemo(() => groupBySize(amounts, PARTS_MAX), [amounts]);
  if (parts.length === 0) return <p className={classes.empty}>{t("noClaims")}</p>;
  return (
    <div
      role="img"
      aria-label={t("sizesChartLabel", { packets: amounts.length, most: parts.at(-1)?.toCoins ?? 0 })}
    >
      <BarChart
        h={heightPx}
        data={parts.map(({ fromCoins, toCoins, packets }) => ({
          size:
            fromCoins === toCoins
              ? formats.coins(fromCoins)
              : `${formats.coins(fromCoins)}–${formats.coins(toCoins)}`,
          packets,
        }))}
        dataKey="size"
        series={[{ name: "packets", label: t("packets"), color: "gold.5" }]}
        gridAxis="x"
        tickLine="none"
        valueFormatter={(value) => formats.coins(value)}
        yAxisProps={{ width: 36, allowDecimals: false }}
        xAxisProps={{ minTickGap: 12 }}
        barProps={{ isAnimationActive: false, radius: [3, 3, 0, 0] }}
      />
    </div>
  );
}
