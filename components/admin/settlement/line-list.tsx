"use client";

import { Button, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { formatBps } from "../../lib/format";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";

interface LineListProps {
  /** Empty: of all anchors. */
  anchorId: string;
  onAnchor: (anchorId: string) => void;
  onOpen: (lineId: string) => void;
}

/** Settlement lines, newest first; a click computes one anew from its gifts. */
export function LineList({ anchorId, onAnchor, onOpen }: LineListProps) {
  const t = useTranslations("adminSettlement");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [typed, setTyped] = useState(anchorId);
  const lines = useInfiniteQuery(
    trpc.finance.settlementLines.infiniteQueryOptions(
      { anchorId: anchorId || undefined, limit: 20 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
  const items = lines.data?.pages.flatMap((page) => page.items) ?? [];
  function filter(event: FormEvent) {
    event.preventDefault();
    onAnchor(typed.trim());
  }
  return (
    <section className={classes.card} aria-labelledby="lines-title">
      <div className={classes.cardHead}>
        <h2 id="lines-title" className={classes.cardTitle}>
          {t("lines")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          component="a"
          href={`/api/export/settlement-lines.csv${anchorId ? `?anchorId=${anchorId}` : ""}`}
          download
        >
          {t("csv")}
        </Button>
      </div>
      <form onSubmit={filter} style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "end" }}>
        <TextInput
          label={t("anchorId")}
          maxLength={36}
          style={{ flex: "1 1 240px", maxWidth: 420 }}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t("filter")}
        </Button>
      </form>
      {lines.isPending ? <ListSkeleton label={t("loading")} /> : null}
      {lines.isError && items.length === 0 ? (
        <ErrorPanel error={lines.error} onRetry={() => void lines.refetch()} />
      ) : null}
      {lines.isSuccess && items.length === 0 ? <p className={classes.hint}>{t("noLines")}</p> : null}
      {items.length > 0 ? (
        <ScrollFrame labelledBy="lines-title">
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="admin-lines">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("settledAt")}</Table.Th>
                <Table.Th>{t("anchor")}</Table.Th>
                <Table.Th className={classes.right}>{t("batch")}</Table.Th>
                <Table.Th className={classes.right}>{t("gifts")}</Table.Th>
                <Table.Th className={classes.right}>{t("coins")}</Table.Th>
                <Table.Th className={classes.right}>{t("share")}</Table.Th>
                <Table.Th className={classes.right}>{t("anchorPart")}</Table.Th>
                <Table.Th className={classes.right}>{t("platformPart")}</Table.Th>
                <Table.Th aria-label={t("recompute")} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((line) => (
                <Table.Tr key={line.lineId} data-testid="admin-line">
                  <Table.Td className={classes.nowrap}>
                    <time dateTime={line.settledAt}>{formats.dateTime(line.settledAt)}</time>
                  </Table.Td>
                  <Table.Td className={classes.mono} title={line.anchorId}>
                    {line.anchorId.slice(0, 8)}
                  </Table.Td>
                  <Table.Td className={classes.right}>{line.batchId}</Table.Td>
                  <Table.Td className={classes.right}>{formats.coins(line.gifts)}</Table.Td>
                  <Table.Td className={classes.right}>
                    <CoinAmount>{formats.coins(line.coins)}</CoinAmount>
                  </Table.Td>
                  <Table.Td className={classes.right}>{formatBps(line.shareBps)}</Table.Td>
                  <Table.Td className={classes.right}>{formats.fen(line.anchorFen)}</Table.Td>
                  <Table.Td className={classes.right}>{formats.fen(line.platformFen)}</Table.Td>
                  <Table.Td className={classes.right}>
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => onOpen(line.lineId)}
                      data-testid="recompute"
                    >
                      {t("recompute")}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollFrame>
      ) : null}
      {lines.hasNextPage ? (
        <div>
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
  );
}
