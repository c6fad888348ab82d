"use client";

import { Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { ActionButton } from "../ui/action";
import { BottomDrawer } from "../ui/bottom-drawer";
import { TopUpSteps, type TopUpStepsProps } from "./top-up-steps";
import { useRechargeOrder } from "./use-recharge-order";
import type { UseRoomTopUp } from "./use-room-top-up";

const ARRIVED_SHOWN_MS = 20_000;

type TopUpSheetProps = Omit<TopUpStepsProps, "onClose"> & { isPhone: boolean };

/**
 * Tops up over the picture, which goes on behind it. Put away, it watches the order that may still be paid and says when
 * the coins are there.
 */
export function TopUpSheet({ topUp, isPhone, ...props }: TopUpSheetProps) {
  const t = useTranslations("topUpSheet");
  const { data: order } = useRechargeOrder(topUp.orderId);
  const status = order?.status;
  const { open, end, hide } = topUp;
  const isOver = status !== undefined && status !== "pending";
  const close = isOver || topUp.orderId === null ? end : hide;
  useNoticeOfArrival(topUp, status === "paid" ? order?.coins : undefined);
  // What was put away and then came to nothing needs no watch any more.
  useEffect(() => {
    if (!open && isOver && status !== "paid") end();
  }, [open, isOver, status, end]);

  if (!open) return null;
  const steps = <TopUpSteps {...props} topUp={topUp} onClose={close} />;
  return isPhone ? (
    <BottomDrawer title={t("title")} closeLabel={t("close")} onClose={close}>
      {steps}
    </BottomDrawer>
  ) : (
    <Modal
      opened
      centered
      size={520}
      radius="lg"
      title={t("title")}
      onClose={close}
      closeOnClickOutside={false}
      overlayProps={{ backgroundOpacity: 0.25 }}
      closeButtonProps={{ "aria-label": t("close") }}
      styles={{ title: { fontWeight: 700 } }}
    >
      {steps}
    </Modal>
  );
}

/** The sheet is away and the coins have come: said in a notice that leads back to what they were for. */
function useNoticeOfArrival(topUp: UseRoomTopUp, arrivedCoins: number | undefined): void {
  const t = useTranslations("topUpSheet");
  const { open, orderId, wanted, show } = topUp;
  useEffect(() => {
    if (open || arrivedCoins === undefined || orderId === null) return;
    const id = `top-up-${orderId}`;
    notifications.show({
      id,
      color: "green",
      autoClose: ARRIVED_SHOWN_MS,
      title: t("arrived", { coins: arrivedCoins }),
      message: (
        <span data-testid="top-up-arrived">
          <ActionButton
            look="quiet"
            onClick={() => {
              notifications.hide(id);
              show(wanted);
            }}
          >
            {wanted ? t("showWanted") : t("show")}
          </ActionButton>
        </span>
      ),
    });
  }, [open, arrivedCoins, orderId, wanted, show, t]);
}
