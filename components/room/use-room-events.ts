"use client";

import type Pusher from "pusher-js";
import { useEffect, useRef, useState } from "react";
import type { EarningsUpdatedEvent, GiftFailedEvent, WalletUpdatedEvent } from "@/server/contracts/events";
import type { RoomDetail } from "@/server/contracts/room";
import { useTRPCClient } from "../lib/trpc";
import { useLatest } from "../lib/use-latest";
import { openPush, userChannelName } from "./push-client";
import {
  closeGap,
  type DeliveredRoomEvent,
  ingestRoomEvents,
  isKnownRoomEvent,
  type RoomEventLog,
  type RoomEventSource,
  startRoomEventLog,
  unpackRoomMessage,
} from "./room-events";

export type PushConnection = "connecting" | "connected" | "reconnecting" | "offline";

export interface RoomEventHandlers {
  onEvents: (delivered: readonly DeliveredRoomEvent[]) => void;
  /** More was missed than the server keeps: this is the room as it is now. */
  onSnapshot?: (room: RoomDetail) => void;
  onViewerCount?: (viewerCount: number) => void;
  onWalletUpdated?: (event: WalletUpdatedEvent) => void;
  onGiftFailed?: (event: GiftFailedEvent) => void;
  onEarningsUpdated?: (event: EarningsUpdatedEvent) => void;
}

interface RoomEventsOptions extends RoomEventHandlers {
  roomId: string;
  /** Null until the room was read. */
  room: Pick<RoomDetail, "pushChannel" | "latestSeq"> | null;
  /** Null while signed out: then events are only polled for. */
  userId: string | null;
}

/** How many events before the snapshot fill the feed when a person comes in. */
const PREFILL_EVENTS = 60;
/** Numbers may overtake each other for a moment; only a gap that stays is asked for. */
const GAP_GRACE_MS = 250;
const REPLAY_PAUSE_MS = 1_000;
/** Without push, and as a net below it, the room is asked. */
const POLL_WITHOUT_PUSH_MS = 3_000;
const REPLAYED_SHOWN_MS = 3_500;
const OFFLINE_AFTER_MS = 12_000;

/**
 * Listens to a room and to the user's own channel: unpacks batches, keeps the order, fills gaps by
 * `room.eventsAfter`, and falls back to asking when push is away. Handlers may change between renders.
 */
export function useRoomEvents({ roomId, room, userId, ...handlers }: RoomEventsOptions) {
  const client = useTRPCClient();
  const [connection, setConnection] = useState<PushConnection>("connecting");
  const [replayed, setReplayed] = useState(0);
  const handlersRef = useLatest(handlers);
  /** Kept over a sign-in, which reopens the connection as somebody else. */
  const keptLog = useRef<{ roomId: string; log: RoomEventLog } | null>(null);
  const clockAheadRef = useRef(0);
  const noticeSeqRef = useRef<(latestSeq: number) => void>(() => {});

  const pushChannel = room?.pushChannel ?? null;
  const latestSeq = room?.latestSeq ?? 0;
  const latestSeqRef = useLatest(latestSeq);
  // The snapshot is read again every few seconds; a number beyond ours means that a push was lost.
  useEffect(() => noticeSeqRef.current(latestSeq), [latestSeq]);

  useEffect(() => {
    if (pushChannel === null) return;
    let stopped = false;
    let pusher: Pusher | null = null;
    /** What happened before the snapshot fills the feed and is played for nobody. */
    const historyUntilSeq = latestSeqRef.current;
    const kept = keptLog.current?.roomId === roomId ? keptLog.current.log : null;
    let log = kept ?? startRoomEventLog(Math.max(0, historyUntilSeq - PREFILL_EVENTS));
    let replaying = false;
    let replayTimer: ReturnType<typeof setTimeout> | undefined;
    let offlineTimer: ReturnType<typeof setTimeout> | undefined;
    let wasConnected = false;
    let lostAtMs: number | null = null;

    function take(events: Parameters<typeof ingestRoomEvents>[1], source: RoomEventSource): number {
      const result = ingestRoomEvents(log, events, source, Date.now());
      log = result.log;
      clockAheadRef.current = -(log.clockOffsetMs ?? 0);
      const known = result.delivered
        .filter(({ event }) => isKnownRoomEvent(event))
        .map((entry) => (entry.event.seq <= historyUntilSeq ? { ...entry, late: true } : entry));
      if (known.length > 0) handlersRef.current.onEvents(known);
      if (result.replayAfterSeq !== null) replaySoon(GAP_GRACE_MS);
      return known.length;
    }

    function replaySoon(delayMs: number): void {
      if (replayTimer !== undefined || stopped) return;
      replayTimer = setTimeout(() => {
        replayTimer = undefined;
        void replay();
      }, delayMs);
    }

    async function replay(): Promise<void> {
      if (replaying || stopped) return;
      replaying = true;
      const away = lostAtMs !== null;
      try {
        const answer = await client.room.eventsAfter.query({ roomId, seq: log.contiguousSeq });
        if (stopped) return;
        if (answer.truncated && log.contiguousSeq >= historyUntilSeq) {
          const snapshot = await client.room.get.query({ roomId });
          if (stopped) return;
          log = startRoomEventLog(snapshot.latestSeq, log);
          handlersRef.current.onSnapshot?.(snapshot);
        } else {
          const count = take(answer.events, "replay");
          log = closeGap(log, answer.latestSeq);
          if (away && count > 0) setReplayed(count);
        }
        if (pusher?.connection.state === "connected") lostAtMs = null;
      } catch {
        replaySoon(REPLAY_PAUSE_MS * 2);
      } finally {
        replaying = false;
      }
    }

    function showConnection(state: string): void {
      if (state === "connected") {
        clearTimeout(offlineTimer);
        wasConnected = true;
        setConnection("connected");
        return;
      }
      if (wasConnected && lostAtMs === null) lostAtMs = Date.now();
      setConnection((shown) => (shown === "offline" ? shown : wasConnected ? "reconnecting" : "connecting"));
      clearTimeout(offlineTimer);
      offlineTimer = setTimeout(() => setConnection("offline"), OFFLINE_AFTER_MS);
      if (state === "failed" || state === "disconnected") setConnection("offline");
    }

    noticeSeqRef.current = (seq) => {
      if (seq > log.contiguousSeq) replaySoon(REPLAY_PAUSE_MS);
    };

    void replay();
    const poll = setInterval(() => {
      if (pusher?.connection.state !== "connected" && !document.hidden) void replay();
    }, POLL_WITHOUT_PUSH_MS);

    if (userId !== null) void listen(userId);

    async function listen(listenerId: string): Promise<void> {
      try {
        const opened = await openPush();
        if (stopped) return opened.disconnect();
        pusher = opened;
      } catch {
        showConnection("unavailable");
        if (!stopped) setTimeout(() => void (stopped || listen(listenerId)), OFFLINE_AFTER_MS);
        return;
      }
      showConnection(pusher.connection.state);
      pusher.connection.bind("state_change", ({ current }: { current: string }) => showConnection(current));
      const roomEvents = pusher.subscribe(pushChannel ?? "");
      roomEvents.bind("pusher:subscription_succeeded", () => void replay());
      roomEvents.bind("pusher:subscription_count", (data: { subscription_count?: number }) => {
        if (typeof data.subscription_count === "number") {
          handlersRef.current.onViewerCount?.(data.subscription_count);
        }
      });
      roomEvents.bind_global((eventName: string, data: unknown) => {
        const events = unpackRoomMessage(eventName, data);
        if (events.length > 0) take(events, "push");
      });
      const own = pusher.subscribe(userChannelName(listenerId));
      own.bind("wallet.updated", (event: WalletUpdatedEvent) => handlersRef.current.onWalletUpdated?.(event));
      own.bind("gift.failed", (event: GiftFailedEvent) => handlersRef.current.onGiftFailed?.(event));
      own.bind("earnings.updated", (event: EarningsUpdatedEvent) =>
        handlersRef.current.onEarningsUpdated?.(event),
      );
    }

    return () => {
      stopped = true;
      clearInterval(poll);
      clearTimeout(replayTimer);
      clearTimeout(offlineTimer);
      noticeSeqRef.current = () => {};
      keptLog.current = { roomId, log };
      pusher?.disconnect();
    };
  }, [roomId, pushChannel, userId, client, handlersRef, latestSeqRef]);

  useEffect(() => {
    if (replayed === 0) return;
    const timer = setTimeout(() => setReplayed(0), REPLAYED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [replayed]);

  return {
    connection,
    /** How many missed events just came back; 0 again after a moment. */
    replayed,
    /** How far the server's clock is ahead of this one, as far as pushes have told. */
    getClockAheadMs: () => clockAheadRef.current,
  };
}
