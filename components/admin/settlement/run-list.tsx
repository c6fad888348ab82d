"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";

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
  const items = runs.data?.pages.flatMap((page) => page.items) ?? [];
  const seconds = (ms: number) => t("seconds", { seconds: Math.round(ms / 100) / 10 });
  return (
    <section className={classes.card} aria-labelledby="runs-title">
      <h2 id="runs-title" className={classes.cardTitle}>
        {t("runs")}
      </h2>
      {runs.isPending ? <ListSkeleton label={t("loading")} /> : null}
      {runs.isError && items.length === 0 ? (
        <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} />
      ) : null}
      {runs.isSuccess && items.length === 0 ? <p className={classes.hint}>{t("noRuns")}</p> : null}
      {items.length > 0 ? (
        <ScrollFrame labelledBy="runs-title">
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="settlement-runs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("startedAt")}</Table.Th>
                <Table.Th>{t("node")}</Table.Th>
                <Table.Th className={classes.right}>{t("took")}</Table.Th>
                <Table.Th className={classes.right}>{t("lag")}</Table.Th>
                <Table.Th className={classes.right}>{t("gifts")}</Table.Th>
                <Table.Th className={classes.right}>{t("lines")}</Table.Th>
                <Table.Th className={classes.right}>{t("anchorPart")}</Table.Th>
                <Table.Th>{t("error")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((run) => (
                <Table.Tr key={run.runId}>
                  <Table.Td className={classes.nowrap}>{formats.dateTime(run.startedAt)}</Table.Td>
                  <Table.Td>{run.node}</Table.Td>
                  <Table.Td className={classes.right}>
                    {seconds(Date.parse(run.endedAt) - Date.parse(run.startedAt))}
                  </Table.Td>
                  <Table.Td className={classes.right}>{seconds(run.lagMs)}</Table.Td>
                  <Table.Td className={classes.right}>{formats.coins(run.gifts)}</Table.Td>
                  <Table.Td className={classes.right}>{formats.coins(run.lines)}</Table.Td>
                  <Table.Td className={classes.right}>{formats.fen(run.anchorFen)}</Table.Td>
                  <Table.Td className={classes.bad}>{run.error}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollFrame>
      ) : null}
      {runs.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={runs.isFetchingNextPage}
            onClick={() => void runs.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
