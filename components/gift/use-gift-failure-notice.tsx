"use client";

import { notifications } from "@mantine/notifications";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { TraceId } from "../ui/trace-id";
import { useTopUpHref } from "../wallet/use-top-up-href";
import type { GiftOrder, GiftOrderReason } from "./gift-orders";

const SHOWN_MS = 10_000;

/** The words for why a gift failed. */
export function useGiftReasonText() {
  const t = useTranslations();
  return useCallback(
    (reason: GiftOrderReason): string => {
      switch (reason) {
        case "INSUFFICIENT_COINS":
        case "GIFT_ORDER_CONFLICT":
        case "WALLET_FROZEN":
        case "INTERNAL":
        case "NOT_SENT":
        case "REFUNDED":
        case "DECLINED":
          return t(`giftFailure.${reason}`);
        default:
          return t(`errors.${reason}`);
      }
    },
    [t],
  );
}

/** Tells the sender that a gift failed, why, that it cost nothing, and what helps. */
export function useGiftFailureNotice() {
  const t = useTranslations("gift");
  const reasonText = useGiftReasonText();
  const topUp = useTopUpHref();
  return useCallback(
    (order: GiftOrder) => {
      const reason = order.reason ?? "INTERNAL";
      // Whoever has just said no need not be told.
      if (reason === "DECLINED") return;
      notifications.show({
        // Ten failures for one reason are one message.
        id: `gift-failed-${reason}`,
        color: "red",
        autoClose: SHOWN_MS,
        title: t("failedTitle"),
        message: (
          <span data-testid="gift-failed" data-reason={reason} style={{ display: "grid", gap: 6 }}>
            <span>{reasonText(reason)}</span>
            {reason === "INSUFFICIENT_COINS" ? <Link href={topUp}>{t("topUp")}</Link> : null}
            {order.traceId ? (
              <span>
                <TraceId traceId={order.traceId} />
              </span>
            ) : null}
          </span>
        ),
      });
    },
    [t, reasonText, topUp],
  );
}
