"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";

/** Every refund, newest first, with its reason. */
export function RefundList() {
  const t = useTranslations("adminOrders");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const refunds = useInfiniteQuery(
    trpc.gift.refunds.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }),
  );
  const items = refunds.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.card} aria-labelledby="refunds-title">
      <div className={classes.cardHead}>
        <h2 id="refunds-title" className={classes.cardTitle}>
          {t("refunds")}
        </h2>
      </div>
      {refunds.isPending ? <ListSkeleton label={t("loading")} /> : null}
      {refunds.isError && items.length === 0 ? (
        <ErrorPanel error={refunds.error} onRetry={() => void refunds.refetch()} />
      ) : null}
      {refunds.isSuccess && items.length === 0 ? <p className={classes.hint}>{t("noRefunds")}</p> : null}
      {items.length > 0 ? (
        <ScrollFrame labelledBy="refunds-title">
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="refunds-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("refundedAt")}</Table.Th>
                <Table.Th className={classes.right}>{t("coins")}</Table.Th>
                <Table.Th>{t("reason")}</Table.Th>
                <Table.Th>{t("order")}</Table.Th>
                <Table.Th>{t("trace")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((refund) => (
                <Table.Tr key={refund.refundId} data-testid="refund-row">
                  <Table.Td className={classes.nowrap}>
                    <time dateTime={refund.refundedAt}>{formats.dateTime(refund.refundedAt)}</time>
                  </Table.Td>
                  <Table.Td className={classes.right}>
                    <CoinAmount>{formats.coins(refund.totalCoins)}</CoinAmount>
                  </Table.Td>
                  <Table.Td>{refund.reason}</Table.Td>
                  <Table.Td className={classes.mono}>
                    <Link className={classes.link} href={`/admin/orders?giftOrderId=${refund.giftOrderId}`}>
                      {refund.giftOrderId.slice(0, 8)}
                    </Link>
                  </Table.Td>
                  <Table.Td>
                    <TraceId traceId={refund.traceId} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollFrame>
      ) : null}
      {refunds.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={refunds.isFetchingNextPage}
            onClick={() => void refunds.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
