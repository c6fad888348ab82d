"use client";

import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { openPusher } from "./open-pusher";
import { readPushConfig } from "./push-config";
import { PushConnection, type PushState } from "./push-connection";

/** A page that is left for another keeps its connection this long, so that the next one takes it over. */
const LINGER_MS = 2_000;

interface Shared {
  connection: PushConnection;
  users: number;
  closeTimer: ReturnType<typeof setTimeout> | undefined;
}
const sharedByUser = new Map<string, Shared>();

function acquire(userId: string): PushConnection {
  let shared = sharedByUser.get(userId);
  if (!shared) {
    const connection = new PushConnection({ readConfig: readPushConfig, open: openPusher });
    shared = { connection, users: 0, closeTimer: undefined };
    sharedByUser.set(userId, shared);
  }
  clearTimeout(shared.closeTimer);
  shared.users += 1;
  return shared.connection;
}

function release(userId: string): void {
  const shared = sharedByUser.get(userId);
  if (!shared) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  shared.closeTimer = setTimeout(() => {
    sharedByUser.delete(userId);
    shared.connection.close();
  }, LINGER_MS);
}

/**
 * The page's push connection as this user, shared by everything on the page; null while nobody is signed in. Signing in
 * as somebody else gives another connection.
 */
export function usePush(userId: string | null): PushConnection | null {
  const [held, setHeld] = useState<{ userId: string; connection: PushConnection } | null>(null);
  useEffect(() => {
    if (userId === null) return;
    setHeld({ userId, connection: acquire(userId) });
    return () => release(userId);
  }, [userId]);
  return held && held.userId === userId ? held.connection : null;
}

export interface ChannelState {
  state: PushState;
  /** Whether the channel's events arrive now. */
  isSubscribed: boolean;
}

const NO_STATE = "connecting/false";

/** How a connection and one of its channels stand; rendered anew when that changes. */
export function useChannelState(connection: PushConnection | null, channel: string | null): ChannelState {
  const subscribe = useCallback(
    (listener: () => void) => connection?.onChange(listener) ?? (() => {}),
    [connection],
  );
  const read = () =>
    connection ? `${connection.state}/${channel !== null && connection.isSubscribed(channel)}` : NO_STATE;
  const [state, isSubscribed] = useSyncExternalStore(subscribe, read, () => NO_STATE).split("/");
  return { state: state as PushState, isSubscribed: isSubscribed === "true" };
}
