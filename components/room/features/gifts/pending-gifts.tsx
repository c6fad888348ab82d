"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { useValue } from "../../../lib/value-store";
import classes from "./pending-gifts.module.css";
import type { GiftSenderHandle } from "./use-gift-sender";

interface PendingGiftsProps extends Pick<GiftSenderHandle, "orders"> {
  onRetry: () => void;
}

/** Says in one line what is going on when gifts take longer than a moment, and offers to try again. */
export const PendingGifts = memo(function PendingGifts({ orders, onRetry }: PendingGiftsProps) {
  const t = useTranslations("gift");
  const open = [...useValue(orders).values()];
  const stuck = open.filter((order) => order.phase === "stuck").length;
  const retrying = open.filter((order) => order.phase === "waiting" || order.attempts > 1).length;
  if (stuck === 0 && retrying === 0) return null;
  return (
    <p className={classes.pending} role="status" data-testid="pending-gifts" data-stuck={stuck > 0}>
      <span>{stuck > 0 ? t("stuck", { count: stuck }) : t("retrying", { count: retrying })}</span>
      {stuck > 0 ? (
        <button type="button" className={classes.retry} onClick={onRetry} data-testid="retry-gifts">
          {t("retry")}
        </button>
      ) : null}
    </p>
  );
});
