"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RoomDetail } from "@/domain/contracts/room";
import type { DeliveredRoomEvent } from "@/push/client/room-event-log";
import { useTRPC } from "../../lib/trpc";
import { useLatest } from "../../lib/use-latest";
import { createValueStore } from "../../lib/value-store";
import { type RestrictionChange, type RoomEventHandlers, useRoomEvents } from "../../push/use-room-events";
import { applyRestriction } from "./apply-restriction";
import { addChatHistory, addRoomEvents, EMPTY_TIMELINE, replaceChat, type Timeline } from "./timeline";
import { useOlderChat } from "./use-older-chat";

const ROOM_POLL_MS = 10_000;
/** Text is drawn at most this often, however many events come. */
const TIMELINE_FLUSH_MS = 120;
/** The count that push brought counts for this long; then the polled one does. */
const PUSHED_COUNT_FRESH_MS = 15_000;
/** Browsers cannot wait longer than this with one timer. */
const TIMER_MS_MAX = 2 ** 31 - 1;
/** A refusal that the room itself does not confirm, as of a session that just changed, is tried again after this. */
const REFUSED_PAUSE_MS = 2_000;

interface UseRoomOptions
  extends Pick<RoomEventHandlers, "onEvents" | "onWalletUpdated" | "onGiftFailed" | "onEarningsUpdated"> {
  roomId: string;
  userId: string | null;
}

/**
 * A room as its page and the studio see it: details, live state, viewers, chat, gifts and the connection. What is said and
 * given is in a store of its own: only the lists that show it are rendered with each line.
 */
export function useRoom({ roomId, userId, onEvents, ...handlers }: UseRoomOptions) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(trpc.room.get.queryOptions({ roomId }, { refetchInterval: ROOM_POLL_MS }));
  const { refetch } = query;
  const room = query.data ?? null;
  const mayEnter = room !== null && !room.restrictions.banned && room.restrictions.kickedUntil === null;
  const history = useQuery(
    trpc.chat.history.queryOptions({ roomId }, { staleTime: Number.POSITIVE_INFINITY, enabled: mayEnter }),
  );
  const [timeline] = useState(() =>
    createValueStore<Timeline>(addChatHistory(EMPTY_TIMELINE, history.data ?? [])),
  );
  const [liveOverride, setLiveOverride] = useState<{ isLive: boolean; title?: string; at: number } | null>(
    null,
  );
  const [pushedCount, setPushedCount] = useState<{ viewers: number; atMs: number } | null>(null);
  const [isRefused, setRefused] = useState(false);
  const waiting = useRef<DeliveredRoomEvent[]>([]);
  const newestSeq = useRef(0);
  const flushTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const { data: messages } = history;
  useEffect(() => {
    if (messages) timeline.update((shown) => addChatHistory(shown, messages));
  }, [messages, timeline]);
  useEffect(() => () => clearTimeout(flushTimer.current), []);
  useRestrictionEnd(room, () => void refetch());
  useEffect(() => {
    if (!isRefused) return;
    const timer = setTimeout(() => setRefused(false), REFUSED_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isRefused]);

  const flush = useCallback(() => {
    flushTimer.current = undefined;
    const events = waiting.current.map(({ event }) => event);
    waiting.current = [];
    timeline.update((shown) => addRoomEvents(shown, events));
  }, [timeline]);

  function takeRoomFacts(delivered: readonly DeliveredRoomEvent[]): void {
    for (const { event } of delivered) {
      if (event.event === "room.opened" || event.event === "room.closed") {
        const isLive = event.event === "room.opened";
        setLiveOverride({ isLive, title: isLive ? event.title : undefined, at: Date.now() });
        void refetch();
      } else if (event.event === "room.banned") {
        queryClient.setQueryData(trpc.room.get.queryKey({ roomId }), (shown) =>
          shown ? { ...shown, isLive: false, restrictions: { ...shown.restrictions, banned: true } } : shown,
        );
        void refetch();
      } else if (event.event === "room.top") {
        const { window, items } = event;
        queryClient.setQueryData(trpc.room.top.queryKey({ roomId, window }), (shown) =>
          shown ? { ...shown, items } : shown,
        );
      } else if (event.event === "room.moderator") {
        const { userId: who, on } = event;
        queryClient.setQueryData(trpc.room.get.queryKey({ roomId }), (shown) => {
          const others = shown?.moderatorIds.filter((id) => id !== who) ?? [];
          return shown && { ...shown, moderatorIds: on ? [...others, who] : others };
        });
      } else if (event.event === "pk.started" || event.event === "pk.updated" || event.event === "pk.ended") {
        const battle = event;
        queryClient.setQueryData(trpc.pk.current.queryKey({ roomId }), (shown) =>
          shown?.pkId === battle.pkId && shown.pkSeq >= battle.pkSeq ? shown : battle,
        );
      } else if (event.event.startsWith("viewer.") && "userId" in event) {
        void queryClient.invalidateQueries({ queryKey: trpc.room.restricted.queryKey({ roomId }) });
      }
    }
  }

  const events = useRoomEvents({
    roomId,
    room: mayEnter && !isRefused ? room : null,
    userId,
    ...handlers,
    onEvents: (delivered) => {
      onEvents(delivered);
      waiting.current.push(...delivered);
      for (const { event } of delivered) newestSeq.current = Math.max(newestSeq.current, event.seq);
      flushTimer.current ??= setTimeout(flush, TIMELINE_FLUSH_MS);
      takeRoomFacts(delivered);
    },
    onSnapshot: () => {
      void refetch();
      void queryClient.invalidateQueries({ queryKey: trpc.pk.current.queryKey({ roomId }) });
      clearTimeout(flushTimer.current);
      flush();
      const upToSeq = newestSeq.current;
      void history.refetch().then(({ data }) => {
        if (data) timeline.update((shown) => replaceChat(shown, data, upToSeq));
      });
    },
    onViewerCount: (viewers) => setPushedCount({ viewers, atMs: Date.now() }),
    onOwnChannelOpen: () => {
      void queryClient.invalidateQueries({ queryKey: trpc.wallet.balance.queryKey() });
      // A kick that was undone while its connections were closed, for instance.
      void refetch();
    },
    onRestriction: (change: RestrictionChange) => {
      if (change.roomId !== roomId) return;
      // Shown at once; the room is asked all the same.
      queryClient.setQueryData(trpc.room.get.queryKey({ roomId }), (shown) =>
        shown ? applyRestriction(shown, change) : shown,
      );
      void refetch();
    },
    onRefused: () => {
      setRefused(true);
      void refetch();
    },
  });

  // An event is newer than a snapshot that was read before it.
  const overridden = liveOverride && liveOverride.at > query.dataUpdatedAt ? liveOverride : null;
  const isLive = overridden?.isLive ?? room?.isLive ?? false;
  const title = overridden?.title ?? room?.title ?? "";
  const viewerCount =
    pushedCount && query.dataUpdatedAt - pushedCount.atMs < PUSHED_COUNT_FRESH_MS
      ? pushedCount.viewers
      : (room?.viewerCount ?? 0);
  // The same object until something in it changed: most of the room need not be drawn again for a gift.
  const detail = useMemo<RoomDetail | null>(
    () => room && { ...room, isLive, title, viewerCount },
    [room, isLive, title, viewerCount],
  );
  const older = useOlderChat(roomId, timeline);
  return { query, room: detail, timeline, ...older, ...events };
}

/** Kicks and mutes end by themselves: the room is asked again when the next one should have. */
function useRestrictionEnd(room: RoomDetail | null, onEnd: () => void): void {
  const { kickedUntil = null, mutedUntil = null } = room?.restrictions ?? {};
  const nextEnd = [kickedUntil, mutedUntil]
    .filter((until) => until !== null)
    .reduce<number | null>(
      (first, until) => Math.min(first ?? Number.POSITIVE_INFINITY, Date.parse(until)),
      null,
    );
  const onEndRef = useLatest(onEnd);
  useEffect(() => {
    const waitMs = nextEnd === null ? null : nextEnd - Date.now();
    if (waitMs === null || waitMs > TIMER_MS_MAX) return;
    const timer = setTimeout(() => onEndRef.current(), Math.max(0, waitMs) + 250);
    return () => clearTimeout(timer);
  }, [nextEnd, onEndRef]);
}
