"use client";

import { useNetwork } from "@mantine/hooks";
import { IconAlertTriangle, IconWifiOff } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import type { GiftItem } from "@/domain/contracts/gift";
import type { RechargeOrder, RechargeResult } from "@/domain/contracts/recharge";
import { readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import type { ReadableStore } from "../lib/value-store";
import { webAddress } from "../lib/web-address";
import type { GiftOrders } from "../room/features/gifts/gift-orders";
import { useWallet } from "../room/features/gifts/use-gift-sender";
import { ActionButton } from "../ui/action";
import { ErrorText } from "../ui/error-text";
import { Shimmer } from "../ui/shimmer";
import { GiftOffer, useOffer } from "./gift-offer";
import { OpenOrder } from "./open-order";
import { PaymentView } from "./payment-view";
import { ProductList } from "./product-list";
import { rememberRoom } from "./top-up-place";
import classes from "./top-up-sheet.module.css";
import { usePaymentReturn } from "./use-payment-return";
import { useRechargeOrder } from "./use-recharge-order";
import type { UseRoomTopUp } from "./use-room-top-up";

export interface TopUpStepsProps {
  topUp: UseRoomTopUp;
  roomId: string;
  gifts: readonly GiftItem[];
  orders: ReadableStore<GiftOrders>;
  onSend: (gift: GiftItem, count: number, anonymous: boolean) => void;
  onClose: () => void;
}

/** What to buy, where to pay, and the coins; each step as the server knows the order. */
export function TopUpSteps({ topUp, roomId, gifts, orders, onSend, onClose }: TopUpStepsProps) {
  const t = useTranslations("topUpSheet");
  const { orderId, watch } = topUp;
  const order = useRechargeOrder(orderId, true);
  const [returnedId, setReturnedId] = useState<string | null>(null);
  const offer = useOffer(topUp.wanted, gifts, useWallet(orders)?.spendableCoins);
  const { online } = useNetwork();
  const pay = usePayAddress(order.data);
  useBalanceOnceIn(order.data);
  usePaymentReturn(orderId, () => {
    setReturnedId(orderId);
    void order.refetch();
  });

  function start(ordered: RechargeResult): void {
    // Where no window opens, the provider leads to the wallet, which then knows the way back.
    rememberRoom(ordered.orderId, roomId);
    setReturnedId(null);
    watch(ordered.orderId);
  }

  function body() {
    const status = order.data?.status;
    if (orderId === null) {
      return (
        <>
          <OpenOrder onGoOn={watch} />
          <ProductList missingCoins={offer?.missingCoins} onOrdered={start} />
          <p className={classes.text}>{t("hint")}</p>
        </>
      );
    }
    if (status === undefined) {
      if (!order.error) return <Shimmer className={classes.loading} />;
      return (
        <>
          <Said isBad>
            <ErrorText error={readApiError(order.error)} />
          </Said>
          <ProductList missingCoins={offer?.missingCoins} onOrdered={start} />
        </>
      );
    }
    if (status === "paid") {
      return (
        <>
          <Said title={t("arrived", { coins: order.data?.coins ?? 0 })}>
            {offer ? (offer.missingCoins > 0 ? t("stillMissing") : t("offerText")) : t("enjoy")}
          </Said>
          {offer && offer.missingCoins > 0 ? (
            <ProductList missingCoins={offer.missingCoins} onOrdered={start} />
          ) : null}
          <ActionButton look={offer ? "quiet" : "primary"} onClick={onClose} data-testid="top-up-done">
            {t("backToRoom")}
          </ActionButton>
        </>
      );
    }
    // A card that was declined may be tried again on the page that is open.
    const mayPay = (status === "pending" || status === "failed") && pay !== null;
    if (mayPay && returnedId !== orderId) {
      return (
        <>
          {status === "failed" ? (
            <Said isBad title={t("declined")}>
              {t("declinedText")}
            </Said>
          ) : null}
          <PaymentView {...pay} coins={order.data?.coins ?? 0} />
          <ActionButton look="quiet" onClick={() => watch(null)} data-testid="top-up-other">
            {t("other")}
          </ActionButton>
        </>
      );
    }
    // Who is back from paying hears that it is waited for; that a first try failed is known to them.
    const said = mayPay ? "pending" : status;
    return (
      <>
        <Said isBad={said !== "pending"} title={t(`state.${said}`, { coins: order.data?.coins ?? 0 })}>
          {t(`stateText.${said}`)}
        </Said>
        {mayPay ? (
          <ActionButton onClick={() => setReturnedId(null)} data-testid="top-up-go-on">
            {t("goOnPaying")}
          </ActionButton>
        ) : null}
        <ActionButton look="quiet" onClick={() => watch(null)} data-testid="top-up-other">
          {t("other")}
        </ActionButton>
      </>
    );
  }

  return (
    <div className={classes.sheet} data-testid="top-up-sheet" data-status={order.data?.status ?? "none"}>
      {online ? null : (
        <p className={classes.offline} role="status" data-testid="top-up-offline">
          <IconWifiOff size={18} aria-hidden />
          {t("offline")}
        </p>
      )}
      {offer ? (
        <GiftOffer
          offer={offer}
          // Only what was topped up for is offered, and only once the coins are there.
          onSend={
            order.data?.status === "paid" && offer.missingCoins === 0
              ? () => {
                  onClose();
                  onSend(offer.gift, offer.wanted.count, offer.wanted.anonymous);
                }
              : null
          }
        />
      ) : null}
      {body()}
    </div>
  );
}

/** What became of it, in words. */
function Said({ title, isBad = false, children }: { title?: string; isBad?: boolean; children: ReactNode }) {
  return (
    <div className={classes.said} role="status" data-bad={isBad || undefined} data-testid="top-up-said">
      {isBad ? <IconAlertTriangle size={20} aria-hidden /> : null}
      <div>
        {title ? <p className={classes.saidTitle}>{title}</p> : null}
        <p className={classes.text}>{children}</p>
      </div>
    </div>
  );
}

/** Where an order is paid. Kept when the server stops naming it: the page that is open may still take the money. */
function usePayAddress(order: RechargeOrder | undefined): { payUrl: string; inFrame: boolean } | null {
  const [known, setKnown] = useState<{ orderId: string; payUrl: string; inFrame: boolean } | null>(null);
  const payUrl = order?.payUrl ? webAddress(order.payUrl) : null;
  if (order && payUrl && (known?.orderId !== order.orderId || known.payUrl !== payUrl))
    setKnown({ orderId: order.orderId, payUrl, inFrame: order.inFrame });
  return order && known?.orderId === order.orderId ? known : null;
}

/** The balance is read when the order is paid; the push that says so may have been lost. */
function useBalanceOnceIn(order: RechargeOrder | undefined): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const isPaid = order?.status === "paid";
  useEffect(() => {
    if (isPaid) void queryClient.invalidateQueries({ queryKey: trpc.wallet.balance.queryKey() });
  }, [isPaid, queryClient, trpc]);
}
