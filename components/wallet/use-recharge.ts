"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import { type ApiError, isRetryable, readApiError } from "../lib/api-error";
import { useTRPCClient } from "../lib/trpc";
import { webAddress } from "../lib/web-address";
import { rememberRoom } from "./top-up-place";

export interface Recharge {
  /** The product that is being ordered, until the payment page opens. */
  busyProductId: string | null;
  error: ApiError | null;
  buy: (productId: string) => Promise<void>;
}

/**
 * Orders coins and goes to the payment page. One intent has one order id, kept over every try whose outcome is not known,
 * so that trying again never makes a second order.
 */
export function useRecharge(roomId: string | null): Recharge {
  const client = useTRPCClient();
  const intents = useRef(new Map<string, string>());
  const [busyProductId, setBusyProductId] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);

  useEffect(() => {
    // Coming back by the browser's button may show this very page again, as it was when it was left.
    const onShow = (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      intents.current.clear();
      setBusyProductId(null);
    };
    window.addEventListener("pageshow", onShow);
    return () => window.removeEventListener("pageshow", onShow);
  }, []);

  const buy = useCallback(
    async (productId: string) => {
      const orderId = intents.current.get(productId) ?? uuidv7();
      intents.current.set(productId, orderId);
      setBusyProductId(productId);
      setError(null);
      try {
        const { payUrl } = await client.wallet.recharge.mutate({ orderId, productId });
        if (roomId) rememberRoom(orderId, roomId);
        const address = webAddress(payUrl);
        if (!address) throw new Error("The provider named no page to pay on.");
        window.location.assign(address);
      } catch (cause) {
        const failure = readApiError(cause);
        if (!isRetryable(failure)) intents.current.delete(productId);
        setError(failure);
        setBusyProductId(null);
      }
    },
    [client, roomId],
  );
  return { busyProductId, error, buy };
}
