"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { FoundGiftOrder } from "@/domain/contracts/gift";
import { useGiftsById } from "../../gift/use-gifts-by-id";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { useGiftReasonText } from "../../room/features/gifts/use-gift-failure-notice";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";

const STATE_LOOKS = { settled: classes.good, failed: classes.bad, refunded: classes.bad };

interface OrderTableProps {
  orders: readonly FoundGiftOrder[];
  onRefund: (order: FoundGiftOrder) => void;
}

export function OrderTable({ orders, onRefund }: OrderTableProps) {
  const t = useTranslations("adminOrders");
  const states = useTranslations("giftOrders.status");
  const formats = useLocaleFormats();
  const reasonText = useGiftReasonText();
  const gifts = useGiftsById();
  const giftName = (giftId: string) => {
    const gift = gifts.get(giftId);
    return gift ? (formats.locale === "zh" ? gift.nameZh : gift.nameEn) : giftId;
  };
  const columns: Column<FoundGiftOrder>[] = [
    {
      key: "at",
      label: t("bookedAt"),
      isNowrap: true,
      renderCell: ({ giftOrderId, bookedAt, sentAt }) => (
        <Link
          className={classes.link}
          href={`/admin/orders?giftOrderId=${giftOrderId}`}
          title={`${t("sentAt")}: ${formats.fullDateTime(sentAt)}`}
          data-testid="order-link"
        >
          <time dateTime={bookedAt}>{formats.dateTime(bookedAt)}</time>
        </Link>
      ),
    },
    {
      key: "viewer",
      label: t("viewer"),
      renderCell: ({ senderId, senderName }) => (
        <Link className={classes.link} href={`/admin/users?userId=${senderId}`}>
          {senderName ?? senderId.slice(0, 8)}
        </Link>
      ),
    },
    {
      key: "anchor",
      label: t("anchor"),
      renderCell: ({ anchorId, anchorName }) => (
        <Link className={classes.link} href={`/admin/users?userId=${anchorId}`}>
          {anchorName ?? anchorId.slice(0, 8)}
        </Link>
      ),
    },
    {
      key: "gift",
      label: t("gift"),
      isNowrap: true,
      renderCell: ({ giftId, count }) => (
        <>
          <bdi>{giftName(giftId)}</bdi> ×{formats.coins(count)}
        </>
      ),
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      renderCell: ({ totalCoins }) => <CoinAmount>{formats.coins(totalCoins)}</CoinAmount>,
    },
    {
      key: "state",
      label: t("state"),
      renderCell: ({ status, reason, refundedAt }) => (
        <span className={STATE_LOOKS[status]}>
          {states(status)}
          {reason ? <span className={classes.tileNote}> {reasonText(reason)}</span> : null}
          {refundedAt ? <span className={classes.tileNote}> {formats.dateTime(refundedAt)}</span> : null}
        </span>
      ),
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
    {
      key: "refund",
      label: t("refund"),
      isActing: true,
      renderCell: (order) =>
        order.status === "settled" ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onRefund(order)}
            data-testid="refund-order"
          >
            {t("refund")}
          </Button>
        ) : null,
    },
  ];
  return (
    <DataTable
      label={t("list")}
      items={orders}
      columns={columns}
      rowKey={({ giftOrderId, senderId }) => `${giftOrderId}/${senderId}`}
      rowProps={({ status, giftOrderId }) => ({
        "data-testid": "order-row",
        "data-status": status,
        "data-order-id": giftOrderId,
      })}
      testId="orders-table"
    />
  );
}
