"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { FoundGiftOrder, GiftItem } from "@/server/contracts/gift";
import { useGiftReasonText } from "../../gift/use-gift-failure-notice";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { Table } from "../../ui/table";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";

const STATE_LOOKS = { settled: classes.good, failed: classes.bad, refunded: classes.bad };

interface OrderRowProps {
  order: FoundGiftOrder;
  /** Missing when the gift has left the catalogue. */
  gift: GiftItem | undefined;
  onRefund: (order: FoundGiftOrder) => void;
}

export function OrderRow({ order, gift, onRefund }: OrderRowProps) {
  const t = useTranslations("adminOrders");
  const states = useTranslations("giftOrders.status");
  const formats = useLocaleFormats();
  const reasonText = useGiftReasonText();
  const giftName = gift && (formats.locale === "zh" ? gift.nameZh : gift.nameEn);
  return (
    <Table.Tr data-testid="order-row" data-status={order.status} data-order-id={order.giftOrderId}>
      <Table.Td className={classes.nowrap}>
        <time dateTime={order.sentAt}>{formats.dateTime(order.sentAt)}</time>
      </Table.Td>
      <Table.Td>
        <Link className={classes.link} href={`/admin/wallets?userId=${order.senderId}`}>
          {order.senderName ?? order.senderId.slice(0, 8)}
        </Link>
      </Table.Td>
      <Table.Td>{order.anchorName ?? order.anchorId.slice(0, 8)}</Table.Td>
      <Table.Td className={classes.nowrap} title={order.giftOrderId}>
        {giftName ?? order.giftId} ×{formats.coins(order.count)}
      </Table.Td>
      <Table.Td className={classes.right}>
        <CoinAmount>{formats.coins(order.totalCoins)}</CoinAmount>
      </Table.Td>
      <Table.Td className={STATE_LOOKS[order.status]}>
        {states(order.status)}
        {order.reason ? <span className={classes.tileNote}> {reasonText(order.reason)}</span> : null}
        {order.refundedAt ? (
          <span className={classes.tileNote}> {formats.dateTime(order.refundedAt)}</span>
        ) : null}
      </Table.Td>
      <Table.Td>
        <TraceId traceId={order.traceId} />
      </Table.Td>
      <Table.Td className={classes.right}>
        {order.status === "settled" ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onRefund(order)}
            data-testid="refund-order"
          >
            {t("refund")}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
