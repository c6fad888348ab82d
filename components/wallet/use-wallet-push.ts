"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { userChannelName } from "@/push/client/push-config";
import { usePush } from "@/push/client/use-push";
import { useTRPC } from "../lib/trpc";

/** Reads everything about the wallet again whenever the server says that it changed, and after a lost connection. */
export function useWalletPush(userId: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const push = usePush(userId);
  useEffect(() => {
    if (!push) return;
    const readAgain = () => void queryClient.invalidateQueries({ queryKey: trpc.wallet.pathKey() });
    const { unsubscribe } = push.subscribe(userChannelName(userId), {
      onEvent: (name) => {
        if (name === "wallet.updated") readAgain();
      },
      onSubscribed: readAgain,
    });
    return unsubscribe;
  }, [push, userId, queryClient, trpc]);
}
