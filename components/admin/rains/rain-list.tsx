"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Rain } from "@/domain/contracts/rain";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import type { RainFilter } from "./rain-filter";
import { RainState } from "./rain-state";

const REFRESH_MS = 5_000;

interface RainListProps {
  filter: RainFilter;
  shownId: string | null;
  onShow: (rainId: string) => void;
}

export function RainList({ filter, ...props }: RainListProps) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const found = useInfiniteQuery(
    trpc.rain.search.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: REFRESH_MS,
    }),
  );
  return (
    <PagedList
      query={found}
      loading={t("loading")}
      empty={
        <StatePanel title={t("none")} headingLevel={3} testId="rains-none">
          {t("noneText")}
        </StatePanel>
      }
      moreTestId="rains-more"
    >
      {(items: readonly Rain[]) => <RainTable rains={items} {...props} />}
    </PagedList>
  );
}

interface RainTableProps extends Omit<RainListProps, "filter"> {
  rains: readonly Rain[];
}

function RainTable({ rains, shownId, onShow }: RainTableProps) {
  const t = useTranslations("adminRains");
  const formats = useLocaleFormats();
  const columns: Column<Rain>[] = [
    {
      key: "at",
      label: t("createdAt"),
      isNowrap: true,
      renderCell: ({ createdAt }) => <time dateTime={createdAt}>{formats.dateTime(createdAt)}</time>,
    },
    { key: "anchor", label: t("anchor"), isTitle: true, renderCell: ({ anchor }) => anchor.nickname },
    {
      key: "budget",
      label: t("budget"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ budgetCoins }) => <CoinAmount>{formats.coins(budgetCoins)}</CoinAmount>,
    },
    {
      key: "claimed",
      label: t("claimed"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ claimedCount, packetCount }) =>
        t("ofAll", { part: formats.coins(claimedCount), all: formats.coins(packetCount) }),
    },
    {
      key: "refunded",
      label: t("refunded"),
      isEnd: true,
      renderCell: ({ refundedCoins }) => formats.coins(refundedCoins),
    },
    { key: "state", label: t("state"), renderCell: (rain) => <RainState rain={rain} /> },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
    {
      key: "show",
      label: t("show"),
      isActing: true,
      renderCell: ({ rainId }) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-pressed={rainId === shownId}
          onClick={() => onShow(rainId)}
          data-testid="show-rain"
        >
          {t("show")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="rains-title"
      items={rains}
      columns={columns}
      rowKey={({ rainId }) => rainId}
      rowProps={({ rainId, status }) => ({
        "data-testid": "rain-row",
        "data-rain-id": rainId,
        "data-status": status,
      })}
      testId="rains-table"
    />
  );
}
