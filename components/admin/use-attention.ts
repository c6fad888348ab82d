"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../lib/trpc";

const REFRESH_MS = 10_000;

/** What waits for any operator; undefined until it is known. */
export function useAttention() {
  const trpc = useTRPC();
  return useQuery(trpc.ops.attention.queryOptions(undefined, { refetchInterval: REFRESH_MS })).data;
}
