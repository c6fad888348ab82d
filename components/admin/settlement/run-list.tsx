"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { SettlementRunItem } from "@/domain/contracts/finance";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";

const REFRESH_MS = 10_000;

/** Stretches in which settlement had something to do, with how late it was. */
export function RunList() {
  const t = useTranslations("adminSettlement");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const runs = useInfiniteQuery(
    trpc.finance.settlementRuns.infiniteQueryOptions(
      { limit: 20 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const seconds = (ms: number) => t("seconds", { seconds: Math.round(ms / 100) / 10 });
  const columns: Column<SettlementRunItem>[] = [
    {
      key: "at",
      label: t("startedAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ startedAt }) => formats.dateTime(startedAt),
    },
    { key: "node", label: t("node"), renderCell: ({ node }) => node },
    {
      key: "took",
      label: t("took"),
      isEnd: true,
      renderCell: ({ startedAt, endedAt }) => seconds(Date.parse(endedAt) - Date.parse(startedAt)),
    },
    { key: "lag", label: t("lag"), isEnd: true, renderCell: ({ lagMs }) => seconds(lagMs) },
    { key: "gifts", label: t("gifts"), isEnd: true, renderCell: ({ gifts }) => formats.coins(gifts) },
    { key: "lines", label: t("lines"), isEnd: true, renderCell: ({ lines }) => formats.coins(lines) },
    {
      key: "anchorPart",
      label: t("anchorPart"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ anchorFen }) => formats.fen(anchorFen),
    },
    { key: "error", label: t("error"), className: classes.bad, renderCell: ({ error }) => error },
  ];
  return (
    <section className={classes.card} aria-labelledby="runs-title">
      <h2 id="runs-title" className={classes.cardTitle}>
        {t("runs")}
      </h2>
      <PagedList query={runs} loading={t("loading")} empty={<p className={classes.hint}>{t("noRuns")}</p>}>
        {(items: readonly SettlementRunItem[]) => (
          <DataTable
            labelledBy="runs-title"
            items={items}
            columns={columns}
            rowKey={({ runId }) => runId}
            testId="settlement-runs"
          />
        )}
      </PagedList>
    </section>
  );
}
