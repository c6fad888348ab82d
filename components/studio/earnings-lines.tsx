"use client";

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { SettlementLine } from "@/domain/contracts/finance";
import { formatBps } from "../lib/format";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { type Column, DataTable } from "../ui/data-table";
import { PagedList } from "../ui/paged-list";
import { StatePanel } from "../ui/state-panel";
import { WhenSeen } from "../ui/when-seen";
import classes from "./earnings-lines.module.css";
import { LINES_INPUT } from "./first-lists";
import studio from "./studio.module.css";

const SettlementChart = lazyPart(() => import("./settlement-chart").then((m) => m.SettlementChart), {
  loading: () => <Skeleton height={180} />,
});
const REFRESH_MS = 10_000;

/** The settlement lines of an anchor, as a curve and one by one. */
export function EarningsLines() {
  const t = useTranslations("earnings");
  const trpc = useTRPC();
  const lines = useInfiniteQuery(
    trpc.finance.lines.infiniteQueryOptions(LINES_INPUT, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      refetchInterval: REFRESH_MS,
    }),
  );
  return (
    <PagedList
      query={lines}
      loading={t("loading")}
      empty={
        <StatePanel title={t("noLines")} testId="earnings-empty">
          {t("noLinesText")}
        </StatePanel>
      }
    >
      {(items: readonly SettlementLine[]) => (
        <>
          <section className={studio.card} aria-labelledby="settlement-chart-title">
            <h2 id="settlement-chart-title" className={studio.cardTitle}>
              {t("chartTitle")}
            </h2>
            <WhenSeen heightPx={190}>
              <SettlementChart lines={items} />
            </WhenSeen>
          </section>
          <section aria-labelledby="lines-title" className={studio.received}>
            <div className={classes.sectionHead}>
              <h2 id="lines-title" className={studio.sectionTitle}>
                {t("lines")}
              </h2>
              <Button
                size="compact-sm"
                variant="default"
                component="a"
                href="/api/export/settlement-lines.csv"
                download
                data-testid="lines-csv"
              >
                {t("csv")}
              </Button>
            </div>
            <LineTable lines={items} />
          </section>
        </>
      )}
    </PagedList>
  );
}

function LineTable({ lines }: { lines: readonly SettlementLine[] }) {
  const t = useTranslations("earnings");
  const formats = useLocaleFormats();
  const columns: Column<SettlementLine>[] = [
    {
      key: "at",
      label: t("settledAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ settledAt }) => <time dateTime={settledAt}>{formats.dateTime(settledAt)}</time>,
    },
    { key: "gifts", label: t("gifts"), isEnd: true, renderCell: ({ gifts }) => formats.coins(gifts) },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    { key: "gross", label: t("gross"), isEnd: true, renderCell: ({ grossFen }) => formats.fen(grossFen) },
    { key: "share", label: t("share"), isEnd: true, renderCell: ({ shareBps }) => formatBps(shareBps) },
    {
      key: "yours",
      label: t("yours"),
      isEnd: true,
      className: studio.mine,
      renderCell: ({ anchorFen }) => formats.fen(anchorFen),
    },
    {
      key: "platform",
      label: t("platform"),
      isEnd: true,
      renderCell: ({ platformFen }) => formats.fen(platformFen),
    },
  ];
  return (
    <DataTable
      labelledBy="lines-title"
      items={lines}
      columns={columns}
      rowKey={({ lineId }) => lineId}
      rowProps={() => ({ "data-testid": "settlement-line" })}
      testId="settlement-lines"
    />
  );
}
