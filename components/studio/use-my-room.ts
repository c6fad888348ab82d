"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTRPC } from "../lib/trpc";

/** The anchor's own room, live or closed; null until they have gone live once, here or before. */
export function useMyRoom() {
  const trpc = useTRPC();
  const [openedId, setOpenedId] = useState<string | null>(null);
  const mine = useQuery(trpc.room.mine.queryOptions(undefined, { enabled: openedId === null }));
  const remember = useCallback((roomId: string) => setOpenedId(roomId), []);
  return {
    roomId: openedId ?? mine.data?.roomId ?? null,
    isPending: mine.isPending && openedId === null,
    error: mine.error,
    remember,
  };
}
