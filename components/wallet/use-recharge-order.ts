"use client";

import { useQuery } from "@tanstack/react-query";
import type { RechargeStatus } from "@/domain/contracts/recharge";
import { useTRPC } from "../lib/trpc";

const POLL_MS = 2_000;
/** Money may still come for what failed or expired, but rarely. */
const SLOW_POLL_MS = 15_000;

const FINAL: ReadonlySet<RechargeStatus> = new Set(["paid", "charged_back"]);

const pollMs = (status: RechargeStatus | undefined, isPaying: boolean) =>
  status === undefined || status === "pending" || (status === "failed" && isPaying)
    ? POLL_MS
    : FINAL.has(status)
      ? (false as const)
      : SLOW_POLL_MS;

/**
 * One top-up as the server knows it, live until it is final. Null asks for none. `isPaying`: its payment page is open, which
 * takes another try of a card that was declined.
 */
export function useRechargeOrder(orderId: string | null, isPaying = false) {
  const trpc = useTRPC();
  return useQuery(
    trpc.wallet.order.queryOptions(
      { orderId: orderId ?? "" },
      {
        enabled: orderId !== null,
        refetchInterval: (query) => pollMs(query.state.data?.status, isPaying),
        refetchIntervalInBackground: false,
      },
    ),
  );
}
