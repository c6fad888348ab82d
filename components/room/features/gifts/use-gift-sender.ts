"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { WalletUpdatedEvent } from "@/domain/contracts/events";
import type { WalletBalance } from "@/domain/contracts/wallet";
import { afterPaint } from "../../../lib/after-paint";
import { useTRPC, useTRPCClient } from "../../../lib/trpc";
import { useLatest } from "../../../lib/use-latest";
import { createValueStore, type ReadableStore, useValue } from "../../../lib/value-store";
import { useBalance } from "../../../wallet/use-balance";
import { type GiftIntent, type GiftOrder, type GiftOrders, openCoins } from "./gift-orders";
import { createGiftSender, type GiftSender } from "./gift-sender";
import { newerBalance, viewWallet, type WalletView } from "./wallet-view";

const SEND_TIMEOUT_MS = 8_000;
const STATUS_TIMEOUT_MS = 5_000;
const NO_ORDERS: GiftOrders = new Map();

interface GiftSenderOptions {
  /** Whoever may spend; null for guests and signed-out visitors. */
  viewerId: string | null;
  /** Told once per order, when it is settled or failed. */
  onFinal: (order: GiftOrder) => void;
}

/** The same object for every render: whoever shows orders listens to them, and to the balance by `useWallet`. */
export interface GiftSenderHandle {
  orders: ReadableStore<GiftOrders>;
  /** The wallet as it is now, for what a tap decides; undefined until the balance is known. */
  readWallet: () => WalletView | undefined;
  start: (intent: GiftIntent) => void;
  retryOpen: () => void;
  /** The person's answer to whether gifts may go beyond half of a cap. */
  answer: GiftSender["answer"];
  /** A room's `gift.settled`; other people's orders are passed over. */
  settle: (giftOrderIds: readonly string[]) => void;
  fail: GiftSender["fail"];
  applyWallet: (event: WalletUpdatedEvent) => void;
}

/** Sends gifts and keeps the balance true from the tap to the end of each order. */
export function useGiftSender({ viewerId, onFinal }: GiftSenderOptions): GiftSenderHandle {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [store] = useState(() => createValueStore(NO_ORDERS));
  const senderRef = useRef<GiftSender | null>(null);
  const onFinalRef = useLatest(onFinal);

  const balanceKey = useMemo(() => trpc.wallet.balance.queryKey(), [trpc]);
  // Kept fresh here, shown by leaves.
  useBalance({ enabled: viewerId !== null, isShown: false });
  const setBalance = useCallback(
    (change: (known: WalletBalance | undefined) => WalletBalance | undefined) =>
      queryClient.setQueryData<WalletBalance>(balanceKey, change),
    [queryClient, balanceKey],
  );

  useEffect(() => {
    if (viewerId === null) return;
    const sender = createGiftSender({
      // The order is kept and shown first: a request costs more of a slow phone's time than its answer to a tap may take.
      send: async (input) => {
        await afterPaint();
        return await client.gift.send.mutate(input, { signal: AbortSignal.timeout(SEND_TIMEOUT_MS) });
      },
      readStatus: (giftOrderId) =>
        client.gift.status.query({ giftOrderId }, { signal: AbortSignal.timeout(STATUS_TIMEOUT_MS) }),
      storage: window.sessionStorage,
      storageKey: `downpour.gift-orders.${viewerId}`,
      nowMs: Date.now,
      random: Math.random,
      schedule: (task, delayMs) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
      onChange: store.set,
      onFinal: (order) => {
        // What is settled has left the wallet, also when the push that says so comes later or never.
        if (order.phase === "settled") {
          setBalance((known) => known && { ...known, balanceCoins: known.balanceCoins - order.totalCoins });
        }
        onFinalRef.current(order);
      },
    });
    senderRef.current = sender;
    sender.restore();
    const retryOpen = () => sender.retryOpen();
    window.addEventListener("online", retryOpen);
    return () => {
      window.removeEventListener("online", retryOpen);
      sender.stop();
      senderRef.current = null;
      store.set(NO_ORDERS);
    };
  }, [viewerId, client, setBalance, store, onFinalRef]);

  // An order that ended by poll has no push to bring the exact balance: read it.
  useEffect(() => {
    let openBefore = store.get().size;
    return store.subscribe(() => {
      const open = store.get().size;
      if (open === 0 && openBefore > 0) void queryClient.invalidateQueries({ queryKey: balanceKey });
      openBefore = open;
    });
  }, [store, queryClient, balanceKey]);

  const applyWallet = useCallback(
    (event: WalletUpdatedEvent) => {
      // First the orders end (and take their coins off the old balance), then the true balance replaces it.
      senderRef.current?.settle(event.giftOrderIds);
      const { balanceCoins, pendingCoins, version } = event;
      setBalance((known) => newerBalance(known, { balanceCoins, pendingCoins, version }));
    },
    [setBalance],
  );

  return useMemo(
    () => ({
      orders: store,
      readWallet: () => {
        const balance = queryClient.getQueryData<WalletBalance>(balanceKey);
        return balance && viewWallet(balance, openCoins(store.get()));
      },
      start: (intent) => senderRef.current?.start(intent),
      retryOpen: () => senderRef.current?.retryOpen(),
      answer: (yes) => senderRef.current?.answer(yes),
      settle: (giftOrderIds) => senderRef.current?.settle(giftOrderIds),
      fail: (giftOrderId, reason, traceId) => senderRef.current?.fail(giftOrderId, reason, traceId),
      applyWallet,
    }),
    [store, queryClient, balanceKey, applyWallet],
  );
}

/**
 * What may be spent beside these orders; undefined until the balance is known. Orders and balance are read in one render:
 * an order that ends takes its coins with it.
 */
export function useWallet(orders: ReadableStore<GiftOrders>): WalletView | undefined {
  const open = openCoins(useValue(orders));
  const { data: balance } = useBalance();
  return balance && viewWallet(balance, open);
}
