"use client";

import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RechargeOrderFacts, RechargeStatus } from "@/server/contracts/recharge";
import { choicesOf } from "../../lib/choices";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { PaymentLife } from "./payment-life";

const STATES = choicesOf<RechargeStatus>({
  pending: true,
  paid: true,
  expired: true,
  failed: true,
  charged_back: true,
});

const REFRESH_MS = 10_000;

/** Everybody's top-ups, newest first; charge-backs are those that need a person. */
export function RechargesPage() {
  const t = useTranslations("rechargeOrders");
  const [status, setStatus] = useState<RechargeStatus | "">("");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <section className={classes.card} aria-label={t("title")}>
        <div className={classes.cardHead}>
          <NativeSelect
            label={t("state")}
            value={status}
            data-testid="recharges-status"
            data={[
              { value: "", label: t("allStates") },
              ...STATES.all.map((value) => ({ value, label: t(`states.${value}`) })),
            ]}
            onChange={(event) => setStatus(event.currentTarget.value as RechargeStatus | "")}
          />
        </div>
        <OrderTable status={status} />
      </section>
    </>
  );
}

function OrderTable({ status }: { status: RechargeStatus | "" }) {
  const t = useTranslations("rechargeOrders");
  const trpc = useTRPC();
  const orders = useInfiniteQuery(
    trpc.wallet.rechargeOrders.infiniteQueryOptions(
      { status: status || undefined },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  const [opened, setOpened] = useState<RechargeOrderFacts | null>(null);
  const items = orders.data?.pages.flatMap((page) => page.items) ?? [];
  if (orders.isPending) return <ListSkeleton label={t("loading")} />;
  if (orders.isError && items.length === 0) {
    return <ErrorPanel error={orders.error} onRetry={() => void orders.refetch()} />;
  }
  if (items.length === 0) return <StatePanel title={t("empty")} headingLevel={2} testId="recharges-empty" />;
  return (
    <>
      <div className={classes.tableFrame}>
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="recharges-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("time")}</Table.Th>
              <Table.Th>{t("viewer")}</Table.Th>
              <Table.Th className={classes.right}>{t("coins")}</Table.Th>
              <Table.Th className={classes.right}>{t("price")}</Table.Th>
              <Table.Th>{t("state")}</Table.Th>
              <Table.Th>{t("provider")}</Table.Th>
              <Table.Th>{t("trace")}</Table.Th>
              <Table.Th aria-label={t("life")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((order) => (
              <OrderRow key={order.paymentId} order={order} onOpen={() => setOpened(order)} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {opened ? <PaymentLife order={opened} onClose={() => setOpened(null)} /> : null}
      {orders.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={orders.isFetchingNextPage}
            onClick={() => void orders.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

const STATE_LOOKS: Partial<Record<RechargeStatus, string | undefined>> = {
  paid: classes.good,
  failed: classes.bad,
  charged_back: classes.bad,
};

function OrderRow({ order, onOpen }: { order: RechargeOrderFacts; onOpen: () => void }) {
  const t = useTranslations("rechargeOrders");
  const life = useTranslations("paymentLife");
  const formats = useLocaleFormats();
  return (
    <Table.Tr
      data-testid="recharge-row"
      data-status={order.status}
      data-standing={order.standing}
      data-payment-id={order.paymentId}
    >
      <Table.Td className={classes.nowrap}>
        <time dateTime={order.createdAt}>{formats.dateTime(order.createdAt)}</time>
      </Table.Td>
      <Table.Td title={order.userId}>
        {order.nickname ?? order.userId}
        {order.walletFrozen ? <strong className={classes.bad}> {t("frozen")}</strong> : null}
      </Table.Td>
      <Table.Td className={classes.right}>
        <CoinAmount>{formats.coins(order.coins)}</CoinAmount>
      </Table.Td>
      <Table.Td className={classes.right}>{formats.fen(order.priceFen)}</Table.Td>
      <Table.Td className={`${classes.nowrap} ${STATE_LOOKS[order.status] ?? ""}`}>
        {t(`states.${order.status}`)}
        {order.standing === "clear" ? null : (
          <span className={order.standing === "won" ? classes.good : classes.bad}>
            {" "}
            · {life(`standings.${order.standing}`)}
          </span>
        )}
      </Table.Td>
      <Table.Td className={classes.mono}>
        {order.provider} {order.providerRef ?? "—"}
      </Table.Td>
      <Table.Td>
        <TraceId traceId={order.traceId} />
      </Table.Td>
      <Table.Td className={classes.right}>
        <Button size="compact-sm" variant="default" onClick={onOpen} data-testid="recharge-life">
          {t("life")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
