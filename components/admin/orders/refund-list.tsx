"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { GiftRefundResult } from "@/domain/contracts/refund";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";

/** Every refund, newest first, with its reason. */
export function RefundList() {
  const t = useTranslations("adminOrders");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const refunds = useInfiniteQuery(
    trpc.gift.refunds.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }),
  );
  const columns: Column<GiftRefundResult>[] = [
    {
      key: "at",
      label: t("refundedAt"),
      isNowrap: true,
      renderCell: ({ refundedAt }) => <time dateTime={refundedAt}>{formats.dateTime(refundedAt)}</time>,
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ totalCoins }) => <CoinAmount>{formats.coins(totalCoins)}</CoinAmount>,
    },
    { key: "reason", label: t("reason"), renderCell: ({ reason }) => reason },
    {
      key: "order",
      label: t("order"),
      renderCell: ({ giftOrderId }) => (
        <Link className={`${classes.link} ${classes.mono}`} href={`/admin/orders?giftOrderId=${giftOrderId}`}>
          {giftOrderId.slice(0, 8)}
        </Link>
      ),
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  return (
    <section className={classes.card} aria-labelledby="refunds-title">
      <div className={classes.cardHead}>
        <h2 id="refunds-title" className={classes.cardTitle}>
          {t("refunds")}
        </h2>
      </div>
      <PagedList
        query={refunds}
        loading={t("loading")}
        empty={<p className={classes.hint}>{t("noRefunds")}</p>}
      >
        {(items: readonly GiftRefundResult[]) => (
          <DataTable
            labelledBy="refunds-title"
            items={items}
            columns={columns}
            rowKey={({ refundId }) => refundId}
            rowProps={() => ({ "data-testid": "refund-row" })}
            testId="refunds-table"
          />
        )}
      </PagedList>
    </section>
  );
}
