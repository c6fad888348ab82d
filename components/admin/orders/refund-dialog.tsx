"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { FoundGiftOrder } from "@/domain/contracts/gift";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

interface RefundDialogProps {
  order: FoundGiftOrder;
  onClose: () => void;
  onRefunded: () => void;
}

/** Gives one gift back. The id is made once: however often it is sent, it refunds once. */
export function RefundDialog({ order, onClose, onRefunded }: RefundDialogProps) {
  const t = useTranslations("adminOrders");
  const trpc = useTRPC();
  const [refundId] = useState(() => uuidv7());
  const refund = useMutation(trpc.gift.refund.mutationOptions({ onSuccess: onRefunded }));
  const { senderId, giftOrderId } = order;
  return (
    <ReasonDialog
      title={t("refundTitle")}
      confirm={t("refund")}
      danger
      isPending={refund.isPending}
      error={refund.error}
      onConfirm={(reason) => refund.mutate({ senderId, giftOrderId, refundId, reason })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        {t("refundText", {
          coins: order.totalCoins,
          viewer: order.senderName ?? order.senderId,
          anchor: order.anchorName ?? order.anchorId,
        })}
      </p>
    </ReasonDialog>
  );
}
