"use client";

import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { IpBlock } from "@/domain/contracts/ip-blocks";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";

const BlockIpDialog = lazyPart(() => import("./block-ip-dialog").then((m) => m.BlockIpDialog));
const UnblockIpDialog = lazyPart(() => import("./unblock-ip-dialog").then((m) => m.UnblockIpDialog));

const REFRESH_MS = 10_000;

/** Addresses that are turned away everywhere, with a way to add one and to let one in again. */
export function IpBlocksCard() {
  const t = useTranslations("adminIpBlocks");
  const trpc = useTRPC();
  const [isAdding, setAdding] = useState(false);
  const [lifted, setLifted] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(
    trpc.ops.ipBlocks.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={200} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="ip-blocks-title" data-testid="ip-blocks">
      <div className={classes.cardHead}>
        <h2 id="ip-blocks-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setAdding(true)}
          data-testid="ip-blocks-add"
        >
          {t("add")}
        </Button>
      </div>
      <p className={classes.hint}>{t("text", { address: data.ownAddress })}</p>
      {data.items.length === 0 ? (
        <p data-testid="ip-blocks-none">{t("none")}</p>
      ) : (
        <IpBlockTable items={data.items} onLift={setLifted} />
      )}
      {isAdding ? <BlockIpDialog onClose={() => setAdding(false)} /> : null}
      {lifted === null ? null : <UnblockIpDialog range={lifted} onClose={() => setLifted(null)} />}
    </section>
  );
}

interface IpBlockTableProps {
  items: readonly IpBlock[];
  onLift: (range: string) => void;
}

function IpBlockTable({ items, onLift }: IpBlockTableProps) {
  const t = useTranslations("adminIpBlocks");
  const formats = useLocaleFormats();
  const columns: Column<IpBlock>[] = [
    {
      key: "range",
      label: t("range"),
      isTitle: true,
      className: classes.mono,
      renderCell: ({ range }) => range,
    },
    { key: "reason", label: t("reason"), renderCell: ({ reason }) => <bdi>{reason}</bdi> },
    {
      key: "by",
      label: t("by"),
      renderCell: ({ blockedBy }) => <bdi>{blockedBy.nickname ?? blockedBy.userId}</bdi>,
    },
    { key: "since", label: t("since"), renderCell: ({ createdAt }) => formats.dateTime(createdAt) },
    {
      key: "until",
      label: t("until"),
      renderCell: ({ expiresAt }) => (expiresAt === null ? t("forEver") : formats.dateTime(expiresAt)),
    },
    {
      key: "lift",
      label: t("lift"),
      isActing: true,
      renderCell: ({ range }) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t("liftOne", { range })}
          onClick={() => onLift(range)}
          data-testid="ip-block-lift"
        >
          {t("lift")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="ip-blocks-title"
      items={items}
      columns={columns}
      rowKey={({ range }) => range}
      rowProps={({ range }) => ({ "data-testid": "ip-block-row", "data-range": range })}
      testId="ip-blocks-table"
    />
  );
}
