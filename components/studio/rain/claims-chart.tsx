"use client";

import "@mantine/charts/styles.layer.css";
import { BarChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import type { RainResult } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import classes from "./rain.module.css";

/** Claims over the time that a rain falls or fell. */
export function ClaimsChart({ series, heightPx }: { series: RainResult["series"]; heightPx: number }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const claims = series.reduce((sum, part) => sum + part.claims, 0);
  if (claims === 0) return <p className={classes.empty}>{t("noClaims")}</p>;
  return (
    <div role="img" aria-label={t("claimsChartLabel", { claims })}>
      <BarChart
        h={heightPx}
        data={series.map((part) => ({
          from: t("secondsShort", { seconds: Math.round(part.fromMs / 1000) }),
          claims: part.claims,
        }))}
        dataKey="from"
        series={[{ name: "claims", label: t("claims"), color: "vermilion.5" }]}
        gridAxis="x"
        tickLine="none"
        valueFormatter={(value) => formats.coins(value)}
        yAxisProps={{ width: 36, allowDecimals: false }}
        xAxisProps={{ minTickGap: 28 }}
        barProps={{ isAnimationActive: false, radius: [3, 3, 0, 0] }}
      />
    </div>
  );
}
