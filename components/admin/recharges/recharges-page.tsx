"use client";

import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RechargeOrderFacts, RechargeStatus } from "@/domain/contracts/recharge";
import { choicesOf } from "../../lib/choices";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
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
        <Orders status={status} />
      </section>
    </>
  );
}

function Orders({ status }: { status: RechargeStatus | "" }) {
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
  return (
    <>
      <PagedList
        query={orders}
        loading={t("loading")}
        empty={<StatePanel title={t("empty")} headingLevel={2} testId="recharges-empty" />}
      >
        {(items: readonly RechargeOrderFacts[]) => <OrderTable orders={items} onOpen={setOpened} />}
      </PagedList>
      {opened ? <PaymentLife order={opened} onClose={() => setOpened(null)} /> : null}
    </>
  );
}

const STATE_LOOKS: Partial<Record<RechargeStatus, string | undefined>> = {
  paid: classes.good,
  failed: classes.bad,
  charged_back: classes.bad,
};

interface OrderTableProps {
  orders: readonly RechargeOrderFacts[];
  onOpen: (order: RechargeOrderFacts) => void;
}

function OrderTable({ orders, onOpen }: OrderTableProps) {
  const t = useTranslations("rechargeOrders");
  const life = useTranslations("paymentLife");
  const formats = useLocaleFormats();
  const columns: Column<RechargeOrderFacts>[] = [
    {
      key: "at",
      label: t("time"),
      isNowrap: true,
      renderCell: ({ createdAt }) => <time dateTime={createdAt}>{formats.dateTime(createdAt)}</time>,
    },
    {
      key: "viewer",
      label: t("viewer"),
      isTitle: true,
      renderCell: ({ userId, nickname, walletFrozen }) => (
        <span title={userId}>
          <bdi>{nickname ?? userId}</bdi>
          {walletFrozen ? <strong className={classes.bad}> {t("frozen")}</strong> : null}
        </span>
      ),
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    {
      key: "price",
      label: t("price"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ priceFen }) => formats.fen(priceFen),
    },
    {
      key: "state",
      label: t("state"),
      isNowrap: true,
      renderCell: ({ status, standing }) => (
        <span className={STATE_LOOKS[status]}>
          {t(`states.${status}`)}
          {standing === "clear" ? null : (
            <span className={standing === "won" ? classes.good : classes.bad}>
              {" "}
              · {life(`standings.${standing}`)}
            </span>
          )}
        </span>
      ),
    },
    {
      key: "provider",
      label: t("provider"),
      className: classes.mono,
      renderCell: ({ provider, providerRef }) => `${provider} ${providerRef ?? "—"}`,
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
    {
      key: "life",
      label: t("life"),
      isActing: true,
      renderCell: (order) => (
        <Button size="compact-sm" variant="default" onClick={() => onOpen(order)} data-testid="recharge-life">
          {t("life")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      items={orders}
      columns={columns}
      rowKey={({ paymentId }) => paymentId}
      rowProps={({ status, standing, paymentId }) => ({
        "data-testid": "recharge-row",
        "data-status": status,
        "data-standing": standing,
        "data-payment-id": paymentId,
      })}
      testId="recharges-table"
    />
  );
}
