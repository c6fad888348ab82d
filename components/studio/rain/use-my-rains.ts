"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { RainUpdatedEvent } from "@/domain/contracts/events";
import { userChannelName } from "@/push/client/push-config";
import { usePush } from "@/push/client/use-push";
import { useTRPC } from "../../lib/trpc";
import { useLatest } from "../../lib/use-latest";
import { rememberPutAway } from "./put-away";
import { applyUpdate, pickRain } from "./rain-progress";

const POLL_MS = 15_000;

/** What the panel shows instead of a rain's id: the form for a new one. */
export const NEW_RAIN = "new";

/**
 * The anchor's rains and which of them is shown. Every event on her channel lands in the one rain that it is about; what
 * runs elsewhere, as in a second browser, shows up here by it. `putAwayOnceId`: the result that she had put away before.
 */
export function useMyRains(userId: string, putAwayOnceId: string | null) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const push = usePush(userId);
  const query = useInfiniteQuery(
    trpc.rain.mine.infiniteQueryOptions(
      {},
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: POLL_MS },
    ),
  );
  const rains = query.data?.pages.flatMap((page) => page.items) ?? [];
  const facts = query.data?.pages[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const [putAwayId, setPutAwayId] = useState(putAwayOnceId);
  const found = facts ? (pickRain(rains, putAwayId) ?? NEW_RAIN) : null;
  // Once shown, a rain stays until she chooses another: its end is followed by its result and not by the next rain.
  useEffect(() => {
    if (chosen === null && found !== null && found !== NEW_RAIN) setChosen(found);
  }, [chosen, found]);
  const shown = chosen ?? found;
  const latest = useLatest({ shown, rains });

  useEffect(() => {
    if (!push) return;
    const readAgain = () => void queryClient.invalidateQueries({ queryKey: trpc.rain.pathKey() });
    const { unsubscribe } = push.subscribe(userChannelName(userId), {
      onSubscribed: readAgain,
      onEvent: (name, data) => {
        if (name !== "rain.updated" && name !== "rain.ready") return;
        const event = data as RainUpdatedEvent;
        const queryKey = trpc.rain.get.queryKey({ rainId: event.rainId });
        const known = queryClient.getQueryData(queryKey);
        if (name === "rain.updated" && event.status === "preparing" && known) {
          // While packets are loaded events come quickly, and tell all there is.
          queryClient.setQueryData(queryKey, applyUpdate(known, event));
          return;
        }
        readAgain();
        const { shown: id, rains: listed } = latest.current;
        // Never away from a form that she fills: the head of the panel says that it rains.
        const isOver = listed.some((rain) => rain.rainId === id && rain.status === "ended");
        if (name === "rain.updated" && event.status === "started" && isOver) setChosen(event.rainId);
      },
    });
    return unsubscribe;
  }, [push, userId, queryClient, trpc, latest]);

  return {
    query,
    rains,
    facts,
    shown,
    show: (rainId: string) => setChosen(rainId),
    planNew: () => {
      const over = rains.find((rain) => rain.status === "ended");
      if (over) rememberPutAway(over.rainId);
      setPutAwayId(over?.rainId ?? null);
      setChosen(NEW_RAIN);
    },
  };
}
