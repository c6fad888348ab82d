"use client";

import { useEffect } from "react";
import { PAYMENT_RETURN_CHANNEL } from "@/domain/contracts/recharge";
import { useLatest } from "../lib/use-latest";

/**
 * Calls back when the payment's frame says that the person is done there. Only pages of this origin are on the channel, and
 * all that is taken from it is that the server is worth asking.
 */
export function usePaymentReturn(orderId: string | null, onReturn: () => void): void {
  const onReturnRef = useLatest(onReturn);
  useEffect(() => {
    if (orderId === null || typeof BroadcastChannel === "undefined") return;
    const channel = new BroadcastChannel(PAYMENT_RETURN_CHANNEL);
    channel.addEventListener("message", ({ origin, data }: MessageEvent<{ orderId?: unknown } | null>) => {
      if (origin === window.location.origin && data?.orderId === orderId) onReturnRef.current();
    });
    return () => channel.close();
  }, [orderId, onReturnRef]);
}
