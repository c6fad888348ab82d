"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ShareItem } from "@/domain/contracts/finance";
import { formatBps } from "../../lib/format";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ShareDialog } from "./share-dialog";

const REFRESH_MS = 30_000;

/** Every share that ever held or will hold; a new one begins in the future. */
export function SharesPanel() {
  const t = useTranslations("adminShares");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [isAdding, setAdding] = useState(false);
  const { data, dataUpdatedAt, error, refetch } = useQuery(
    trpc.finance.shares.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label={t("loading")} />;
  const now = new Date(dataUpdatedAt).toISOString();
  const columns: Column<ShareItem>[] = [
    {
      key: "from",
      label: t("from"),
      isNowrap: true,
      renderCell: ({ effectiveAt }) => (
        <>
          <time dateTime={effectiveAt}>{formats.fullDateTime(effectiveAt)}</time>
          {effectiveAt > now ? <strong className={classes.good}> {t("planned")}</strong> : null}
        </>
      ),
    },
    {
      key: "who",
      label: t("who"),
      isTitle: true,
      renderCell: ({ anchorId, anchorName }) =>
        anchorId === null ? t("platform") : (anchorName ?? anchorId),
    },
    {
      key: "share",
      label: t("share"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ shareBps }) => formatBps(shareBps),
    },
    {
      key: "createdAt",
      label: t("createdAt"),
      isNowrap: true,
      renderCell: ({ createdAt }) => formats.fullDateTime(createdAt),
    },
  ];
  return (
    <section className={classes.card} aria-labelledby="shares-title">
      <div className={classes.cardHead}>
        <h2 id="shares-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        <Button size="compact-sm" onClick={() => setAdding(true)} data-testid="add-share">
          {t("add")}
        </Button>
      </div>
      <p className={classes.hint}>{t("text")}</p>
      {data.length === 0 ? (
        <p className={classes.hint}>{t("none")}</p>
      ) : (
        <DataTable
          labelledBy="shares-title"
          items={data}
          columns={columns}
          rowKey={({ anchorId, effectiveAt }) => `${anchorId}/${effectiveAt}`}
          rowProps={() => ({ "data-testid": "share-row" })}
          testId="shares-table"
        />
      )}
      {isAdding ? <ShareDialog onClose={() => setAdding(false)} /> : null}
    </section>
  );
}
