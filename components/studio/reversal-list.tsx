"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReversalItem } from "@/domain/contracts/finance";
import { formatBps } from "../lib/format";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { type Column, DataTable } from "../ui/data-table";
import { PagedList } from "../ui/paged-list";
import { TraceId } from "../ui/trace-id";
import classes from "./reversal-list.module.css";
import studio from "./studio.module.css";

const REFRESH_MS = 10_000;

/** What refunds of gifts took back, newest first; nothing at all while there is none. */
export function ReversalList() {
  const t = useTranslations("earnings");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const reversals = useInfiniteQuery(
    trpc.finance.reversals.infiniteQueryOptions(
      {},
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const columns: Column<ReversalItem>[] = [
    {
      key: "at",
      label: t("reversedAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ reversedAt }) => <time dateTime={reversedAt}>{formats.dateTime(reversedAt)}</time>,
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    { key: "share", label: t("share"), isEnd: true, renderCell: ({ shareBps }) => formatBps(shareBps) },
    {
      key: "takenBack",
      label: t("takenBack"),
      isEnd: true,
      isFigure: true,
      className: studio.mine,
      renderCell: ({ anchorFen }) => formats.fen(-anchorFen),
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  if (!reversals.data?.pages.some((page) => page.items.length > 0)) return null;
  return (
    <section aria-labelledby="reversals-title" className={studio.received}>
      <h2 id="reversals-title" className={studio.sectionTitle}>
        {t("reversals")}
      </h2>
      <p className={classes.reversalsText}>{t("reversalsText")}</p>
      <PagedList query={reversals} loading={t("loading")} empty={null}>
        {(items: readonly ReversalItem[]) => (
          <DataTable
            labelledBy="reversals-title"
            items={items}
            columns={columns}
            rowKey={({ refundId }) => refundId}
            rowProps={() => ({ "data-testid": "reversal" })}
            testId="reversals"
          />
        )}
      </PagedList>
    </section>
  );
}
