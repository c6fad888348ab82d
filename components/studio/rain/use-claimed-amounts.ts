"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "../../lib/trpc";

/** The amounts of all packets that were claimed; read page by page, once: after its end a rain stays as it is. */
export function useClaimedAmounts(rainId: string) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  return useQuery({
    queryKey: [...trpc.rain.claims.pathKey(), "all", rainId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const amounts: number[] = [];
      for (let fromIndex: number | null = 0; fromIndex !== null; ) {
        const page: Awaited<ReturnType<typeof client.rain.claims.query>> = await client.rain.claims.query(
          { rainId, fromIndex },
          { signal },
        );
        for (const [, coins] of page.claims) amounts.push(coins);
        fromIndex = page.nextIndex;
      }
      return amounts;
    },
  });
}
