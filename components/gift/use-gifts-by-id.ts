"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { GiftItem } from "@/domain/contracts/gift";
import { useTRPC } from "../lib/trpc";

const CATALOGUE_STALE_MS = 5 * 60_000;

/** The catalogue by id, for lists of what was given. A gift that has left it is missing. */
export function useGiftsById(): ReadonlyMap<string, GiftItem> {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.gift.list.queryOptions(undefined, { staleTime: CATALOGUE_STALE_MS }));
  return useMemo(() => new Map(data?.map((gift) => [gift.giftId, gift])), [data]);
}
