"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { formatBps } from "../../lib/format";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";
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
        <ScrollFrame labelledBy="shares-title">
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="shares-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("from")}</Table.Th>
                <Table.Th>{t("who")}</Table.Th>
                <Table.Th className={classes.right}>{t("share")}</Table.Th>
                <Table.Th>{t("createdAt")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((share) => (
                <Table.Tr key={`${share.anchorId}/${share.effectiveAt}`} data-testid="share-row">
                  <Table.Td className={classes.nowrap}>
                    <time dateTime={share.effectiveAt}>{formats.fullDateTime(share.effectiveAt)}</time>
                    {share.effectiveAt > now ? (
                      <strong className={classes.good}> {t("planned")}</strong>
                    ) : null}
                  </Table.Td>
                  <Table.Td>
                    {share.anchorId === null ? t("platform") : (share.anchorName ?? share.anchorId)}
                  </Table.Td>
                  <Table.Td className={classes.right}>{formatBps(share.shareBps)}</Table.Td>
                  <Table.Td className={classes.nowrap}>{formats.fullDateTime(share.createdAt)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollFrame>
      )}
      {isAdding ? <ShareDialog onClose={() => setAdding(false)} /> : null}
    </section>
  );
}
