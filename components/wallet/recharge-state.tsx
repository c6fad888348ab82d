"use client";

import { Loader } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClockX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { RechargeOrder, RechargeStatus } from "@/domain/contracts/recharge";
import { readApiError } from "../lib/api-error";
import { ActionLink } from "../ui/action";
import { ErrorText } from "../ui/error-text";
import { TraceId } from "../ui/trace-id";
import classes from "./recharge-state.module.css";
import { recallRoom } from "./top-up-place";
import { useRechargeOrder } from "./use-recharge-order";

const ICONS = {
  pending: <Loader size={22} color="gold" />,
  paid: <IconCircleCheck size={26} aria-hidden />,
  expired: <IconClockX size={26} aria-hidden />,
  failed: <IconAlertTriangle size={26} aria-hidden />,
  charged_back: <IconAlertTriangle size={26} aria-hidden />,
} as const satisfies Record<RechargeStatus, unknown>;

/** What became of one top-up, live until it is final. Shown to somebody who comes back from the payment page. */
export function RechargeState({ orderId }: { orderId: string }) {
  const { data: order, error } = useRechargeOrder(orderId);
  if (!order) {
    return error ? (
      <div role="alert" className={classes.state} data-status="failed">
        {ICONS.failed}
        <ErrorText error={readApiError(error)} />
      </div>
    ) : null;
  }
  return <OrderState order={order} />;
}

function OrderState({ order }: { order: RechargeOrder }) {
  const t = useTranslations("recharge");
  const [roomId, setRoomId] = useState<string | null>(null);
  useEffect(() => setRoomId(recallRoom(order.orderId)), [order.orderId]);
  const { status, standing, coins, payUrl, traceId } = order;
  const isRefunded = standing === "refunded" || standing === "partly_refunded";
  return (
    <section
      className={classes.state}
      data-status={status}
      data-testid="recharge-state"
      aria-label={t("stateLabel")}
    >
      {ICONS[status]}
      <div className={classes.words}>
        <p role="status" className={classes.title}>
          {t(`headline.${status}`, { coins })}
        </p>
        <p className={classes.text}>
          {isRefunded ? t(`refunds.${standing}`) : t(`explanation.${status}`)} <TraceId traceId={traceId} />
        </p>
      </div>
      <div className={classes.actions}>
        {payUrl ? (
          <a className={classes.link} href={payUrl} data-testid="recharge-pay">
            {t("toPayment")}
          </a>
        ) : null}
        {roomId ? (
          <ActionLink href={`/room/${roomId}`} data-testid="back-to-room">
            {t("backToRoom")}
          </ActionLink>
        ) : null}
      </div>
    </section>
  );
}
