"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RainGrant } from "@/domain/contracts/rain";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { grantStateOf } from "./grant-state";

const GrantDialog = lazyPart(() => import("./grant-dialog").then((m) => m.GrantDialog));

/** Coins of the platform that anchors may rain: given, used, taken back. */
export function GrantList() {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const [isGiving, setGiving] = useState(false);
  const [revoking, setRevoking] = useState<RainGrant | null>(null);
  const grants = useInfiniteQuery(
    trpc.rain.grants.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }),
  );
  return (
    <section className={classes.card} aria-labelledby="grants-title">
      <div className={classes.cardHead}>
        <h2 id="grants-title" className={classes.cardTitle}>
          {t("grants")}
        </h2>
        <Button size="compact-sm" onClick={() => setGiving(true)} data-testid="give-grant">
          {t("give")}
        </Button>
      </div>
      <p className={classes.hint}>{t("grantsText")}</p>
      <PagedList
        query={grants}
        loading={t("loading")}
        empty={<p className={classes.hint}>{t("noGrants")}</p>}
      >
        {(items: readonly RainGrant[]) => (
          <GrantTable grants={items} nowMs={grants.dataUpdatedAt} onRevoke={setRevoking} />
        )}
      </PagedList>
      {isGiving ? <GrantDialog onClose={() => setGiving(false)} /> : null}
      {revoking ? (
        <RevokeDialog key={revoking.grantId} grant={revoking} onClose={() => setRevoking(null)} />
      ) : null}
    </section>
  );
}

interface GrantTableProps {
  grants: readonly RainGrant[];
  nowMs: number;
  onRevoke: (grant: RainGrant) => void;
}

function GrantTable({ grants, nowMs, onRevoke }: GrantTableProps) {
  const t = useTranslations("adminRains");
  const formats = useLocaleFormats();
  const columns: Column<RainGrant>[] = [
    {
      key: "at",
      label: t("createdAt"),
      isNowrap: true,
      renderCell: ({ createdAt }) => <time dateTime={createdAt}>{formats.dateTime(createdAt)}</time>,
    },
    {
      key: "anchor",
      label: t("anchor"),
      isTitle: true,
      renderCell: ({ nickname, anchorId }) => nickname ?? anchorId.slice(0, 8),
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    { key: "used", label: t("used"), isEnd: true, renderCell: ({ usedCoins }) => formats.coins(usedCoins) },
    {
      key: "until",
      label: t("until"),
      isNowrap: true,
      renderCell: ({ expiresAt }) => (expiresAt ? formats.dateTime(expiresAt) : t("forever")),
    },
    {
      key: "state",
      label: t("grantState"),
      renderCell: (grant) => {
        const state = grantStateOf(grant, nowMs);
        return (
          <span className={state === "open" ? classes.good : undefined}>{t(`grantStates.${state}`)}</span>
        );
      },
    },
    { key: "reason", label: t("grantReason"), renderCell: ({ reason }) => reason },
    {
      key: "revoke",
      label: t("revoke"),
      isActing: true,
      renderCell: (grant) =>
        grant.revokedAt === null ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onRevoke(grant)}
            data-testid="revoke-grant"
          >
            {t("revoke")}
          </Button>
        ) : null,
    },
  ];
  return (
    <DataTable
      labelledBy="grants-title"
      items={grants}
      columns={columns}
      rowKey={({ grantId }) => grantId}
      rowProps={(grant) => ({ "data-testid": "grant-row", "data-state": grantStateOf(grant, nowMs) })}
      testId="grants-table"
    />
  );
}

function RevokeDialog({ grant, onClose }: { grant: RainGrant; onClose: () => void }) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.rain.revokeGrant.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.rain.grants.pathKey() }),
    }),
  );
  return (
    <ReasonDialog
      title={t("revokeTitle")}
      confirm={t("revoke")}
      danger
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={(reason) => revoke.mutate({ grantId: grant.grantId, reason })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        {t("revokeText", {
          anchor: grant.nickname ?? grant.anchorId,
          coins: grant.coins - grant.usedCoins,
        })}
      </p>
    </ReasonDialog>
  );
}
