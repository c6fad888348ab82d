"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { UserEventName } from "@/domain/contracts/events";
import { userChannelName } from "@/push/client/push-config";
import { usePush } from "@/push/client/use-push";
import { useTRPC } from "../../lib/trpc";

const EVENTS: ReadonlySet<string> = new Set<UserEventName>(["withdrawal.updated", "earnings.updated"]);

/** Reads earnings and withdrawals anew as soon as they change. */
export function useEarningsEvents(userId: string): void {
  const push = usePush(userId);
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    const subscription = push?.subscribe(userChannelName(userId), {
      onEvent: (name) => {
        if (EVENTS.has(name)) void queryClient.invalidateQueries({ queryKey: trpc.finance.pathKey() });
      },
    });
    return subscription?.unsubscribe;
  }, [push, userId, queryClient, trpc]);
}
