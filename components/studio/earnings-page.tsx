"use client";

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { formatBps } from "../lib/format";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { Table } from "../ui/table";
import { WhenSeen } from "../ui/when-seen";
import { ListSkeleton } from "../wallet/list-skeleton";
import withdrawal from "../withdrawal/withdrawal.module.css";
import { ReversalList } from "./reversal-list";
import classes from "./studio.module.css";
import { StudioGate } from "./studio-gate";
import { useEarningsEvents } from "./withdrawals/use-earnings-events";
import { WithdrawalList } from "./withdrawals/withdrawal-list";

const SettlementChart = lazyPart(() => import("./settlement-chart").then((m) => m.SettlementChart), {
  loading: () => <Skeleton height={180} />,
});
const WithdrawForm = lazyPart(() => import("./withdrawals/withdraw-form").then((m) => m.WithdrawForm), {
  loading: () => <Skeleton height={380} radius="lg" />,
});
const REFRESH_MS = 10_000;
const PAGE_LINES = 50;

/** What was earned, what may be withdrawn, and the settlement lines that prove it. */
export function EarningsPage() {
  const t = useTranslations("earnings");
  return (
    <StudioGate>
      {({ userId }) => (
        <>
          <h1 className={classes.pageTitle}>{t("title")}</h1>
          <Summary userId={userId} />
          <Lines />
          <ReversalList />
        </>
      )}
    </StudioGate>
  );
}

function Summary({ userId }: { userId: string }) {
  const t = useTranslations("earnings");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const withdrawalText = useTranslations("withdrawal");
  const { data, error, refetch } = useQuery(
    trpc.finance.summary.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  useEarningsEvents(userId);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  const isNegative = data !== undefined && data.withdrawableFen < 0;
  const tiles = [
    { key: "earned", value: data?.earnedFen },
    { key: "withdrawable", value: data?.withdrawableFen },
    ...(data && data.maturingFen > 0 ? [{ key: "maturing" as const, value: data.maturingFen }] : []),
    ...(data && data.reversedFen > 0 ? [{ key: "reversed" as const, value: data.reversedFen }] : []),
    { key: "frozen", value: data?.frozenFen },
    { key: "withdrawn", value: data?.withdrawnFen },
  ] as const;
  return (
    <>
      <dl className={`${classes.summary} numeric`} data-testid="earnings-summary">
        {tiles.map(({ key, value }) => (
          <div key={key} className={classes.summaryTile} data-main={key === "earned"}>
            <dt>{t(key)}</dt>
            <dd
              data-testid={`earnings-${key}`}
              data-fen={value}
              className={value !== undefined && value < 0 ? withdrawal.negative : undefined}
            >
              {value === undefined ? <Skeleton width={120} height={30} /> : formats.fen(value)}
            </dd>
          </div>
        ))}
        <div className={classes.summaryTile}>
          <dt>{t("share")}</dt>
          <dd>{data ? formatBps(data.shareBps) : "—"}</dd>
        </div>
      </dl>
      {data?.maturesFrom && data.maturesBy ? (
        <p className={withdrawal.warning} data-testid="earnings-matures">
          {t("matures", { from: formats.dateTime(data.maturesFrom), by: formats.dateTime(data.maturesBy) })}
        </p>
      ) : null}
      {isNegative ? <p className={withdrawal.warning}>{withdrawalText("negativeText")}</p> : null}
      <div className={withdrawal.desk}>
        {data ? (
          <WithdrawForm withdrawableFen={data.withdrawableFen} />
        ) : (
          <Skeleton height={380} radius="lg" />
        )}
        <WithdrawalList />
      </div>
    </>
  );
}

function Lines() {
  const t = useTranslations("earnings");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const lines = useInfiniteQuery(
    trpc.finance.lines.infiniteQueryOptions(
      { limit: PAGE_LINES },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const items = lines.data?.pages.flatMap((page) => page.items) ?? [];
  if (lines.isPending) return <ListSkeleton label={t("loading")} />;
  if (lines.isError && items.length === 0)
    return <ErrorPanel error={lines.error} onRetry={() => void lines.refetch()} />;
  if (items.length === 0) {
    return (
      <StatePanel title={t("noLines")} testId="earnings-empty">
        {t("noLinesText")}
      </StatePanel>
    );
  }
  return (
    <>
      <section className={classes.card} aria-labelledby="settlement-chart-title">
        <h2 id="settlement-chart-title" className={classes.cardTitle}>
          {t("chartTitle")}
        </h2>
        <WhenSeen heightPx={190}>
          <SettlementChart lines={items} />
        </WhenSeen>
      </section>
      <section aria-labelledby="lines-title" className={classes.received}>
        <div className={classes.sectionHead}>
          <h2 id="lines-title" className={classes.sectionTitle}>
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
        <div
          className={classes.tableFrame}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
          tabIndex={0}
          role="group"
          aria-labelledby="lines-title"
        >
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="settlement-lines">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("settledAt")}</Table.Th>
                <Table.Th className={classes.right}>{t("gifts")}</Table.Th>
                <Table.Th className={classes.right}>{t("coins")}</Table.Th>
                <Table.Th className={classes.right}>{t("gross")}</Table.Th>
                <Table.Th className={classes.right}>{t("share")}</Table.Th>
                <Table.Th className={classes.right}>{t("yours")}</Table.Th>
                <Table.Th className={classes.right}>{t("platform")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((line) => (
                <Table.Tr key={line.lineId} data-testid="settlement-line">
                  <Table.Td className={classes.nowrap}>
                    <time dateTime={line.settledAt}>{formats.dateTime(line.settledAt)}</time>
                  </Table.Td>
                  <Table.Td className={classes.right}>{formats.coins(line.gifts)}</Table.Td>
                  <Table.Td className={classes.right}>
                    <CoinAmount>{formats.coins(line.coins)}</CoinAmount>
                  </Table.Td>
                  <Table.Td className={classes.right}>{formats.fen(line.grossFen)}</Table.Td>
                  <Table.Td className={classes.right}>{formatBps(line.shareBps)}</Table.Td>
                  <Table.Td className={`${classes.right} ${classes.mine}`}>
                    {formats.fen(line.anchorFen)}
                  </Table.Td>
                  <Table.Td className={classes.right}>{formats.fen(line.platformFen)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
        {lines.hasNextPage ? (
          <div className={classes.more}>
            <Button
              variant="default"
              loading={lines.isFetchingNextPage}
              onClick={() => void lines.fetchNextPage()}
            >
              {t("loadMore")}
            </Button>
          </div>
        ) : null}
      </section>
    </>
  );
}
