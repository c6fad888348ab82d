"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Rain } from "@/server/contracts/rain";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";
import type { RainFilter } from "./rain-filter-form";
import { RainState } from "./rain-state";

const REFRESH_MS = 5_000;

interface RainListProps {
  filter: RainFilter;
  shownId: string | null;
  onShow: (rainId: string) => void;
}

export function RainList({ filter, shownId, onShow }: RainListProps) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const found = useInfiniteQuery(
    trpc.rain.search.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: REFRESH_MS,
    }),
  );
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending) return <ListSkeleton label={t("loading")} />;
  if (found.isError && items.length === 0) {
    return <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (items.length === 0) {
    return (
      <StatePanel title={t("none")} headingLevel={3} testId="rains-none">
        {t("noneText")}
      </StatePanel>
    );
  }
  return (
    <>
      <ScrollFrame labelledBy="rains-title">
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="rains-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("createdAt")}</Table.Th>
              <Table.Th>{t("anchor")}</Table.Th>
              <Table.Th className={classes.right}>{t("budget")}</Table.Th>
              <Table.Th className={classes.right}>{t("claimed")}</Table.Th>
              <Table.Th className={classes.right}>{t("refunded")}</Table.Th>
              <Table.Th>{t("state")}</Table.Th>
              <Table.Th>{t("trace")}</Table.Th>
              <Table.Th aria-label={t("show")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((rain) => (
              <Row key={rain.rainId} rain={rain} isShown={rain.rainId === shownId} onShow={onShow} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollFrame>
      {found.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
            data-testid="rains-more"
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface RowProps extends Pick<RainListProps, "onShow"> {
  rain: Rain;
  isShown: boolean;
}

function Row({ rain, isShown, onShow }: RowProps) {
  const t = useTranslations("adminRains");
  const formats = useLocaleFormats();
  return (
    <Table.Tr data-testid="rain-row" data-rain-id={rain.rainId} data-status={rain.status}>
      <Table.Td className={classes.nowrap}>
        <time dateTime={rain.createdAt}>{formats.dateTime(rain.createdAt)}</time>
      </Table.Td>
      <Table.Td className={classes.nowrap}>{rain.anchor.nickname}</Table.Td>
      <Table.Td className={classes.right}>
        <CoinAmount>{formats.coins(rain.budgetCoins)}</CoinAmount>
      </Table.Td>
      <Table.Td className={`${classes.right} ${classes.nowrap}`}>
        {t("ofAll", { part: formats.coins(rain.claimedCount), all: formats.coins(rain.packetCount) })}
      </Table.Td>
      <Table.Td className={classes.right}>{formats.coins(rain.refundedCoins)}</Table.Td>
      <Table.Td>
        <RainState rain={rain} />
      </Table.Td>
      <Table.Td>
        <TraceId traceId={rain.traceId} />
      </Table.Td>
      <Table.Td className={classes.right}>
        <Button
          size="compact-sm"
          variant="default"
          aria-pressed={isShown}
          onClick={() => onShow(rain.rainId)}
          data-testid="show-rain"
        >
          {t("show")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
