"use client";

import { Button, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { AnchorLine } from "@/domain/contracts/finance";
import { formatBps } from "../../lib/format";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";

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
  const [typed, setTyped] = useState(anchorId);
  const lines = useInfiniteQuery(
    trpc.finance.settlementLines.infiniteQueryOptions(
      { anchorId: anchorId || undefined, limit: 20 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
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
      <PagedList query={lines} loading={t("loading")} empty={<p className={classes.hint}>{t("noLines")}</p>}>
        {(items: readonly AnchorLine[]) => <LineTable lines={items} onOpen={onOpen} />}
      </PagedList>
    </section>
  );
}

function LineTable({ lines, onOpen }: Pick<LineListProps, "onOpen"> & { lines: readonly AnchorLine[] }) {
  const t = useTranslations("adminSettlement");
  const formats = useLocaleFormats();
  const columns: Column<AnchorLine>[] = [
    {
      key: "at",
      label: t("settledAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ settledAt }) => <time dateTime={settledAt}>{formats.dateTime(settledAt)}</time>,
    },
    {
      key: "anchor",
      label: t("anchor"),
      className: classes.mono,
      renderCell: ({ anchorId }) => <span title={anchorId}>{anchorId.slice(0, 8)}</span>,
    },
    { key: "batch", label: t("batch"), isEnd: true, renderCell: ({ batchId }) => batchId },
    { key: "gifts", label: t("gifts"), isEnd: true, renderCell: ({ gifts }) => formats.coins(gifts) },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    { key: "share", label: t("share"), isEnd: true, renderCell: ({ shareBps }) => formatBps(shareBps) },
    {
      key: "anchorPart",
      label: t("anchorPart"),
      isEnd: true,
      renderCell: ({ anchorFen }) => formats.fen(anchorFen),
    },
    {
      key: "platformPart",
      label: t("platformPart"),
      isEnd: true,
      renderCell: ({ platformFen }) => formats.fen(platformFen),
    },
    {
      key: "recompute",
      label: t("recompute"),
      isActing: true,
      renderCell: ({ lineId }) => (
        <Button size="compact-sm" variant="default" onClick={() => onOpen(lineId)} data-testid="recompute">
          {t("recompute")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="lines-title"
      items={lines}
      columns={columns}
      rowKey={({ lineId }) => lineId}
      rowProps={() => ({ "data-testid": "admin-line" })}
      testId="admin-lines"
    />
  );
}
