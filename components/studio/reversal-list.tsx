"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { formatBps } from "../lib/format";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { Table } from "../ui/table";
import { TraceId } from "../ui/trace-id";
import classes from "./studio.module.css";

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
  const items = reversals.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="reversals-title" className={classes.received}>
      <h2 id="reversals-title" className={classes.sectionTitle}>
        {t("reversals")}
      </h2>
      <p className={classes.reversalsText}>{t("reversalsText")}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard */}
      <div className={classes.tableFrame} tabIndex={0} role="group" aria-labelledby="reversals-title">
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="reversals">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("reversedAt")}</Table.Th>
              <Table.Th className={classes.right}>{t("coins")}</Table.Th>
              <Table.Th className={classes.right}>{t("share")}</Table.Th>
              <Table.Th className={classes.right}>{t("takenBack")}</Table.Th>
              <Table.Th>{t("trace")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((reversal) => (
              <Table.Tr key={reversal.refundId} data-testid="reversal">
                <Table.Td className={classes.nowrap}>
                  <time dateTime={reversal.reversedAt}>{formats.dateTime(reversal.reversedAt)}</time>
                </Table.Td>
                <Table.Td className={classes.right}>
                  <CoinAmount>{formats.coins(reversal.coins)}</CoinAmount>
                </Table.Td>
                <Table.Td className={classes.right}>{formatBps(reversal.shareBps)}</Table.Td>
                <Table.Td className={`${classes.right} ${classes.mine}`}>
                  {formats.fen(-reversal.anchorFen)}
                </Table.Td>
                <Table.Td>
                  <TraceId traceId={reversal.traceId} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {reversals.hasNextPage ? (
        <div className={classes.more}>
          <Button
            variant="default"
            loading={reversals.isFetchingNextPage}
            onClick={() => void reversals.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
