"use client";

import "@mantine/charts/styles.layer.css";
import { BarChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import type { AmountBin } from "./check-rain";

const HEIGHT_PX = 240;

/** How many packets had how many coins; the caller's own bars are of another colour. */
export function AmountsChart({ bins }: { bins: readonly AmountBin[] }) {
  const t = useTranslations("rainVerify");
  const formats = useLocaleFormats();
  const data = bins.map((bin) => ({
    coins:
      bin.fromCoins === bin.toCoins
        ? formats.coins(bin.fromCoins)
        : `${formats.coins(bin.fromCoins)}–${formats.coins(bin.toCoins)}`,
    others: bin.mine > 0 ? 0 : bin.packets,
    mine: bin.mine > 0 ? bin.packets : 0,
  }));
  const packets = bins.reduce((sum, bin) => sum + bin.packets, 0);
  const hasMine = bins.some((bin) => bin.mine > 0);
  return (
    <div role="img" aria-label={t("chartLabel", { count: packets, coins: bins.at(-1)?.toCoins ?? 0 })}>
      <BarChart
        h={HEIGHT_PX}
        data={data}
        dataKey="coins"
        type="stacked"
        series={[
          { name: "others", label: t("packets"), color: "vermilion.5" },
          ...(hasMine ? [{ name: "mine", label: t("yoursIsHere"), color: "gold.4" }] : []),
        ]}
        withLegend={hasMine}
        legendProps={{ verticalAlign: "top" }}
        gridAxis="x"
        tickLine="none"
        valueFormatter={(value) => formats.coins(value)}
        yAxisProps={{ width: 48, allowDecimals: false }}
        barProps={{ isAnimationActive: false, radius: 3 }}
      />
    </div>
  );
}
