"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../lib/trpc";

const REFRESH_MS = 5_000;

export function useServicesOverview() {
  const trpc = useTRPC();
  return useQuery(trpc.ops.servicesOverview.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
}
