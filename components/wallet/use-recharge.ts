"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { RechargeResult } from "@/domain/contracts/recharge";
import { type ApiError, isRetryable, readApiError } from "../lib/api-error";
import { useTRPCClient } from "../lib/trpc";
import { useLatest } from "../lib/use-latest";

export interface Recharge {
  /** The product that is being ordered, until whoever ordered it shows where to pay. */
  busyProductId: string | null;
  error: ApiError | null;
  buy: (productId: string) => Promise<void>;
}

/**
 * Orders coins and hands on where they are paid. One intent has one order id, kept over every try whose outcome is not known,
 * so that trying again never makes a second order.
 */
export function useRecharge(onOrdered: (ordered: RechargeResult) => void): Recharge {
  const client = useTRPCClient();
  const onOrderedRef = useLatest(onOrdered);
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
        onOrderedRef.current(await client.wallet.recharge.mutate({ orderId, productId }));
      } catch (cause) {
        const failure = readApiError(cause);
        if (!isRetryable(failure)) intents.current.delete(productId);
        setError(failure);
        setBusyProductId(null);
      }
    },
    [client, onOrderedRef],
  );
  return { busyProductId, error, buy };
}
