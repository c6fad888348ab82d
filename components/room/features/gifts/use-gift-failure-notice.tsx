"use client";

import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { TraceId } from "../../../ui/trace-id";
import { TopUpLink } from "../../../wallet/top-up-link";
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

/**
 * Tells the sender that a gift failed, why, that it cost nothing, and what helps. `onTopUp` shows the way to the coins that
 * were missing for it.
 */
export function useGiftFailureNotice(onTopUp: (order: GiftOrder) => void) {
  const t = useTranslations("gift");
  const reasonText = useGiftReasonText();
  return useCallback(
    (order: GiftOrder) => {
      const reason = order.reason ?? "INTERNAL";
      // Whoever has just said no need not be told.
      if (reason === "DECLINED") return;
      // Ten failures for one reason are one message.
      const id = `gift-failed-${reason}`;
      const topUp = () => {
        notifications.hide(id);
        onTopUp(order);
      };
      notifications.show({
        id,
        color: "red",
        autoClose: SHOWN_MS,
        title: t("failedTitle"),
        message: (
          <span data-testid="gift-failed" data-reason={reason} style={{ display: "grid", gap: 6 }}>
            <span>{reasonText(reason)}</span>
            {reason === "INSUFFICIENT_COINS" ? <TopUpLink onTopUp={topUp} /> : null}
            {order.traceId ? (
              <span>
                <TraceId traceId={order.traceId} />
              </span>
            ) : null}
          </span>
        ),
      });
    },
    [t, reasonText, onTopUp],
  );
}
