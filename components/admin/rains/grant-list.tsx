"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RainGrant } from "@/server/contracts/rain";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { ScrollFrame } from "../scroll-frame";
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
  const items = grants.data?.pages.flatMap((page) => page.items) ?? [];
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
      {grants.isPending ? <ListSkeleton label={t("loading")} /> : null}
      {grants.isError && items.length === 0 ? (
        <ErrorPanel error={grants.error} onRetry={() => void grants.refetch()} />
      ) : null}
      {grants.isSuccess && items.length === 0 ? <p className={classes.hint}>{t("noGrants")}</p> : null}
      {items.length > 0 ? (
        <ScrollFrame labelledBy="grants-title">
          <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="grants-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("createdAt")}</Table.Th>
                <Table.Th>{t("anchor")}</Table.Th>
                <Table.Th className={classes.right}>{t("coins")}</Table.Th>
                <Table.Th className={classes.right}>{t("used")}</Table.Th>
                <Table.Th>{t("until")}</Table.Th>
                <Table.Th>{t("grantState")}</Table.Th>
                <Table.Th>{t("grantReason")}</Table.Th>
                <Table.Th aria-label={t("revoke")} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((grant) => (
                <Row
                  key={grant.grantId}
                  grant={grant}
                  nowMs={grants.dataUpdatedAt}
                  onRevoke={() => setRevoking(grant)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollFrame>
      ) : null}
      {grants.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={grants.isFetchingNextPage}
            onClick={() => void grants.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
      {isGiving ? <GrantDialog onClose={() => setGiving(false)} /> : null}
      {revoking ? (
        <RevokeDialog key={revoking.grantId} grant={revoking} onClose={() => setRevoking(null)} />
      ) : null}
    </section>
  );
}

function Row({ grant, nowMs, onRevoke }: { grant: RainGrant; nowMs: number; onRevoke: () => void }) {
  const t = useTranslations("adminRains");
  const formats = useLocaleFormats();
  const state = grantStateOf(grant, nowMs);
  return (
    <Table.Tr data-testid="grant-row" data-state={state}>
      <Table.Td className={classes.nowrap}>
        <time dateTime={grant.createdAt}>{formats.dateTime(grant.createdAt)}</time>
      </Table.Td>
      <Table.Td className={classes.nowrap}>{grant.nickname ?? grant.anchorId.slice(0, 8)}</Table.Td>
      <Table.Td className={classes.right}>
        <CoinAmount>{formats.coins(grant.coins)}</CoinAmount>
      </Table.Td>
      <Table.Td className={classes.right}>{formats.coins(grant.usedCoins)}</Table.Td>
      <Table.Td className={classes.nowrap}>
        {grant.expiresAt ? formats.dateTime(grant.expiresAt) : t("forever")}
      </Table.Td>
      <Table.Td className={state === "open" ? classes.good : undefined}>{t(`grantStates.${state}`)}</Table.Td>
      <Table.Td>{grant.reason}</Table.Td>
      <Table.Td className={classes.right}>
        {grant.revokedAt === null ? (
          <Button size="compact-sm" variant="default" onClick={onRevoke} data-testid="revoke-grant">
            {t("revoke")}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
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
