"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { RoomDetail } from "@/server/contracts/room";
import { useTRPC } from "../lib/trpc";
import type { DeliveredRoomEvent } from "./room-events";
import { addChatHistory, addRoomEvents, EMPTY_TIMELINE, type Timeline } from "./timeline";
import { type RoomEventHandlers, useRoomEvents } from "./use-room-events";

const ROOM_POLL_MS = 10_000;
/** Text is drawn at most this often, however many events come. */
const TIMELINE_FLUSH_MS = 120;
/** The count that push brought counts for this long; then the polled one does. */
const PUSHED_COUNT_FRESH_MS = 15_000;

interface UseRoomOptions extends Omit<RoomEventHandlers, "onSnapshot" | "onViewerCount"> {
  roomId: string;
  userId: string | null;
}

/** A room as its page and the studio see it: details, live state, viewers, chat, gifts and the connection. */
export function useRoom({ roomId, userId, onEvents, ...handlers }: UseRoomOptions) {
  const trpc = useTRPC();
  const query = useQuery(trpc.room.get.queryOptions({ roomId }, { refetchInterval: ROOM_POLL_MS }));
  const history = useQuery(
    trpc.chat.history.queryOptions({ roomId }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const [timeline, setTimeline] = useState<Timeline>(EMPTY_TIMELINE);
  const [liveOverride, setLiveOverride] = useState<{ isLive: boolean; title?: string; at: number } | null>(
    null,
  );
  const [pushedCount, setPushedCount] = useState<{ viewers: number; atMs: number } | null>(null);
  const waiting = useRef<DeliveredRoomEvent[]>([]);
  const flushTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const { data: messages } = history;
  useEffect(() => {
    if (messages) setTimeline((shown) => addChatHistory(shown, messages));
  }, [messages]);
  useEffect(() => () => clearTimeout(flushTimer.current), []);

  const flush = useCallback(() => {
    flushTimer.current = undefined;
    const events = waiting.current.map(({ event }) => event);
    waiting.current = [];
    setTimeline((shown) => addRoomEvents(shown, events));
  }, []);

  const { refetch } = query;
  const room = query.data ?? null;
  const events = useRoomEvents({
    roomId,
    room,
    userId,
    ...handlers,
    onEvents: (delivered) => {
      onEvents(delivered);
      waiting.current.push(...delivered);
      flushTimer.current ??= setTimeout(flush, TIMELINE_FLUSH_MS);
      for (const { event } of delivered) {
        if (event.event !== "room.opened" && event.event !== "room.closed") continue;
        const isLive = event.event === "room.opened";
        setLiveOverride({ isLive, title: isLive ? event.title : undefined, at: Date.now() });
        void refetch();
      }
    },
    onSnapshot: () => {
      void refetch();
      void history.refetch();
    },
    onViewerCount: (viewers) => setPushedCount({ viewers, atMs: Date.now() }),
  });

  // An event is newer than a snapshot that was read before it.
  const overridden = liveOverride && liveOverride.at > query.dataUpdatedAt ? liveOverride : null;
  const detail: RoomDetail | null = room && {
    ...room,
    isLive: overridden?.isLive ?? room.isLive,
    title: overridden?.title ?? room.title,
    viewerCount:
      pushedCount && query.dataUpdatedAt - pushedCount.atMs < PUSHED_COUNT_FRESH_MS
        ? pushedCount.viewers
        : room.viewerCount,
  };
  return { query, room: detail, timeline, setTimeline, ...events };
}
