"use client";

import { useQuery } from "@tanstack/react-query";
import type { WalletBalance } from "@/domain/contracts/wallet";
import { useTRPC } from "../lib/trpc";
import { newerBalance } from "../room/features/gifts/wallet-view";

interface UseBalanceOptions {
  enabled?: boolean;
  refetchIntervalMs?: number;
  /** False for whoever keeps it fresh for others: then a change does not render the caller. */
  isShown?: boolean;
}

/** The wallet, with pushes and answers in one place: an answer that was overtaken by a push does not bring the past back. */
export function useBalance({ enabled = true, refetchIntervalMs, isShown = true }: UseBalanceOptions = {}) {
  const trpc = useTRPC();
  return useQuery(
    trpc.wallet.balance.queryOptions(undefined, {
      enabled,
      ...(refetchIntervalMs === undefined ? {} : { refetchInterval: refetchIntervalMs }),
      notifyOnChangeProps: isShown ? undefined : [],
      structuralSharing: (known, incoming) =>
        newerBalance(known as WalletBalance | undefined, incoming as WalletBalance),
    }),
  );
}
