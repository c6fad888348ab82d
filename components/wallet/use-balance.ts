"use client";

import { useQuery } from "@tanstack/react-query";
import type { WalletBalance } from "@/server/contracts/wallet";
import { newerBalance } from "../gift/wallet-view";
import { useTRPC } from "../lib/trpc";

interface UseBalanceOptions {
  enabled?: boolean;
  refetchIntervalMs?: number;
}

/** The wallet, with pushes and answers in one place: an answer that was overtaken by a push does not bring the past back. */
export function useBalance({ enabled = true, refetchIntervalMs }: UseBalanceOptions = {}) {
  const trpc = useTRPC();
  return useQuery(
    trpc.wallet.balance.queryOptions(undefined, {
      enabled,
      refetchInterval: refetchIntervalMs ?? false,
      structuralSharing: (known, incoming) =>
        newerBalance(known as WalletBalance | undefined, incoming as WalletBalance),
    }),
  );
}
