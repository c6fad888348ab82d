"use client";

import "@mantine/charts/styles.layer.css";
import { AreaChart } from "@mantine/charts";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { SettlementLine } from "@/domain/contracts/finance";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { accumulateFen } from "./accumulate-fen";

const HEIGHT_PX = 190;

/** How earnings grew over the settlement lines that are loaded. */
export function SettlementChart({ lines }: { lines: readonly SettlementLine[] }) {
  const t = useTranslations("earnings");
  const formats = useLocaleFormats();
  const data = useMemo(
    () => accumulateFen(lines).map((point) => ({ time: formats.dateTime(point.at), fen: point.fen })),
    [lines, formats],
  );
  return (
    <div
      role="img"
      aria-label={t("chartLabel", { amount: formats.fen(data.at(-1)?.fen ?? 0), lines: lines.length })}
    >
      <AreaChart
        h={HEIGHT_PX}
        data={data}
        dataKey="time"
        series={[{ name: "fen", label: t("yours"), color: "vermilion.5" }]}
        curveType="stepAfter"
        withDots={data.length < 2}
        gridAxis="x"
        tickLine="none"
        strokeWidth={2}
        valueFormatter={(value) => formats.fen(value)}
        yAxisProps={{ width: 72, tickFormatter: (value: number) => formats.fen(Math.round(value)) }}
        areaProps={{ isAnimationActive: false }}
      />
    </div>
  );
}
