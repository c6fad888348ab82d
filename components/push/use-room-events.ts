"use client";

import { useEffect, useRef, useState } from "react";
import type {
  EarningsUpdatedEvent,
  GiftFailedEvent,
  UserEventName,
  UserEventPayload,
  WalletUpdatedEvent,
} from "@/domain/contracts/events";
import type { RoomDetail } from "@/domain/contracts/room";
import { userChannelName } from "@/push/client/push-config";
import type { PushConnection, PushState } from "@/push/client/push-connection";
import { type DeliveredRoomEvent, type RoomEventLog, unpackRoomMessage } from "@/push/client/room-event-log";
import { RoomFeed } from "@/push/client/room-feed";
import { useChannelState, usePush } from "@/push/client/use-push";
import { readApiError } from "../lib/api-error";
import { useTRPCClient } from "../lib/trpc";
import { useLatest } from "../lib/use-latest";

export type RestrictionChange = {
  [N in Extract<UserEventName, `viewer.${string}`>]: { event: N } & UserEventPayload<N>;
}[Extract<UserEventName, `viewer.${string}`>];

export interface RoomEventHandlers {
  onEvents: (delivered: readonly DeliveredRoomEvent[]) => void;
  /** More was missed than the server keeps: this is the room as it is now. */
  onSnapshot?: (room: RoomDetail) => void;
  onViewerCount?: (viewerCount: number) => void;
  onWalletUpdated?: (event: WalletUpdatedEvent) => void;
  onGiftFailed?: (event: GiftFailedEvent) => void;
  onEarningsUpdated?: (event: EarningsUpdatedEvent) => void;
  /** The user's own channel opened, perhaps anew: what was sent to it before was missed. */
  onOwnChannelOpen?: () => void;
  /** This user was kicked or muted in a room, or that was undone. */
  onRestriction?: (change: RestrictionChange) => void;
  /** The room does not let this user in: ask `room.get` for the reason. */
  onRefused?: () => void;
}

interface RoomEventsOptions extends RoomEventHandlers {
  roomId: string;
  /** Null until the room was read, and while it does not let this user in. */
  room: Pick<RoomDetail, "pushChannel" | "latestSeq"> | null;
  /** Null while signed out: then events are only asked for. */
  userId: string | null;
}

/** Without push, and as a net below it, the room is asked. */
const POLL_WITHOUT_PUSH_MS = 3_000;
const CAUGHT_UP_SHOWN_MS = 3_500;
const FINAL_ERRORS = new Set(["KICKED", "ROOM_BANNED", "NOT_FOUND", "FORBIDDEN"]);

/**
 * Listens to a room and to the user's own channel: events come in order, each once, gaps are filled by
 * `room.eventsAfter`, and where push is away the room is asked instead. Handlers may change between renders.
 */
export function useRoomEvents({ roomId, room, userId, ...handlers }: RoomEventsOptions) {
  const handlersRef = useLatest(handlers);
  const push = usePush(userId);
  const [caughtUp, setCaughtUp] = useState(0);
  const channel = room?.pushChannel ?? null;
  const feedRef = useRoomFeed({
    roomId,
    channel,
    latestSeq: room?.latestSeq ?? 0,
    push,
    handlersRef,
    setCaughtUp,
  });
  useOwnChannel(push, userId, handlersRef);

  useEffect(() => {
    if (caughtUp === 0) return;
    const timer = setTimeout(() => setCaughtUp(0), CAUGHT_UP_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [caughtUp]);

  const { state, isSubscribed } = useChannelState(push, channel);
  // Connected, but not yet let into the room: nothing arrives, so nothing is said to be live.
  const connection: PushState =
    state === "connected" && channel !== null && !isSubscribed ? "connecting" : state;
  return {
    connection,
    /** How many missed events just came back; 0 again after a moment. */
    replayed: caughtUp,
    /** How far the server's clock is ahead of this one, as far as pushes have told. */
    getClockAheadMs: () => feedRef.current?.clockAheadMs ?? 0,
  };
}

interface FeedOptions {
  roomId: string;
  channel: string | null;
  latestSeq: number;
  push: PushConnection | null;
  handlersRef: { readonly current: RoomEventHandlers };
  setCaughtUp: (count: number) => void;
}

/** The feed of a room, fed by its channel while there is a connection and by asking while there is none. */
function useRoomFeed({ roomId, channel, latestSeq, push, handlersRef, setCaughtUp }: FeedOptions) {
  const client = useTRPCClient();
  const feedRef = useRef<RoomFeed | null>(null);
  /** Kept over a sign-in and a kick that was undone: the next feed goes on where the last one ended. */
  const keptRef = useRef<{ roomId: string; log: RoomEventLog } | null>(null);
  const latestSeqRef = useLatest(latestSeq);
  useEffect(() => feedRef.current?.notice(latestSeq), [latestSeq]);

  useEffect(() => {
    if (channel === null) return;
    const kept = keptRef.current?.roomId === roomId ? keptRef.current.log : undefined;
    const feed = new RoomFeed(
      {
        readAfter: (seq) => client.room.eventsAfter.query({ roomId, seq }),
        reload: async () => {
          const snapshot = await client.room.get.query({ roomId });
          handlersRef.current.onSnapshot?.(snapshot);
          return snapshot.latestSeq;
        },
        onEvents: (delivered) => handlersRef.current.onEvents(delivered),
        onCaughtUp: setCaughtUp,
        isFinal: (error) => FINAL_ERRORS.has(readApiError(error).name),
        onRefused: () => handlersRef.current.onRefused?.(),
      },
      latestSeqRef.current,
      kept,
    );
    feedRef.current = feed;
    const subscription = push?.subscribe(channel, {
      onSubscribed: () => void feed.replay(),
      onRefused: () => handlersRef.current.onRefused?.(),
      onEvent: (name, data) => {
        if (name !== "pusher:subscription_count") return feed.push(unpackRoomMessage(name, data));
        const counted = data as { viewer_count?: unknown; subscription_count?: unknown };
        // Our gateway counts everybody once; another service knows only sockets.
        const count = counted.viewer_count ?? counted.subscription_count;
        if (typeof count === "number") handlersRef.current.onViewerCount?.(count);
      },
    });
    let wasSubscribed = false;
    const endChanges = push?.onChange(() => {
      const isSubscribed = push.isSubscribed(channel);
      if (wasSubscribed && !isSubscribed) feed.lost();
      wasSubscribed = isSubscribed;
    });
    void feed.replay();
    const poll = setInterval(() => {
      if (!document.hidden && !push?.isSubscribed(channel)) void feed.replay();
    }, POLL_WITHOUT_PUSH_MS);
    return () => {
      clearInterval(poll);
      endChanges?.();
      subscription?.unsubscribe();
      feed.stop();
      keptRef.current = { roomId, log: feed.log };
      feedRef.current = null;
    };
  }, [roomId, channel, push, client, handlersRef, latestSeqRef, setCaughtUp]);
  return feedRef;
}

/** What only this user hears. */
function useOwnChannel(
  push: PushConnection | null,
  userId: string | null,
  handlersRef: { readonly current: RoomEventHandlers },
): void {
  useEffect(() => {
    if (!push || userId === null) return;
    const { unsubscribe } = push.subscribe(userChannelName(userId), {
      onSubscribed: () => handlersRef.current.onOwnChannelOpen?.(),
      onEvent: (name, data) => {
        const handlers = handlersRef.current;
        if (name === "wallet.updated") handlers.onWalletUpdated?.(data as WalletUpdatedEvent);
        else if (name === "gift.failed") handlers.onGiftFailed?.(data as GiftFailedEvent);
        else if (name === "earnings.updated") handlers.onEarningsUpdated?.(data as EarningsUpdatedEvent);
        else if (name.startsWith("viewer.")) {
          handlers.onRestriction?.({ event: name, ...(data as object) } as RestrictionChange);
        }
      },
    });
    return unsubscribe;
  }, [push, userId, handlersRef]);
}
