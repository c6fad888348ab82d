"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTRPC } from "../lib/trpc";

const LIVE_ROOMS_READ = 50;

/**
 * The anchor's own room, found among the live ones by its anchor. Null while it is closed and was not opened on this
 * page: going live answers with its id.
 */
export function useMyRoom(anchor: { userId: string; nickname: string }) {
  const trpc = useTRPC();
  const [openedId, setOpenedId] = useState<string | null>(null);
  const list = useQuery(
    trpc.room.list.queryOptions(
      { limit: LIVE_ROOMS_READ, search: anchor.nickname },
      { enabled: openedId === null },
    ),
  );
  const found = list.data?.items.find((room) => room.anchor.userId === anchor.userId)?.roomId ?? null;
  const remember = useCallback((roomId: string) => setOpenedId(roomId), []);
  return {
    roomId: openedId ?? found,
    isPending: list.isPending && openedId === null,
    error: list.error,
    remember,
  };
}
