"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import { StatementRow } from "../../wallet/statement-list";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";

/** Every entry of somebody's ledger, newest first. */
export function WalletStatement({ userId }: { userId: string }) {
  const t = useTranslations("wallet");
  const trpc = useTRPC();
  const statement = useInfiniteQuery(
    trpc.wallet.statementOf.infiniteQueryOptions(
      { userId },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  const items = statement.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.card} aria-labelledby="wallet-statement-title">
      <div className={classes.cardHead}>
        <h2 id="wallet-statement-title" className={classes.cardTitle}>
          {t("statement")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          component="a"
          href={`/api/export/statement.csv?userId=${userId}`}
          download
        >
          {t("csv")}
        </Button>
      </div>
      {statement.isPending ? <ListSkeleton label={t("loading")} /> : null}
      {statement.isError && items.length === 0 ? (
        <ErrorPanel error={statement.error} onRetry={() => void statement.refetch()} />
      ) : null}
      {statement.isSuccess && items.length === 0 ? <p className={classes.hint}>{t("noTrades")}</p> : null}
      {items.length > 0 ? (
        <ScrollFrame labelledBy="wallet-statement-title">
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="wallet-statement">
            <Table.Tbody>
              {items.map((item) => (
                <StatementRow key={item.tradeId} item={item} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollFrame>
      ) : null}
      {statement.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={statement.isFetchingNextPage}
            onClick={() => void statement.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
