"use client";

import { useEffect, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { PushState } from "@/push/client/push-connection";
import { afterPaint } from "../../../lib/after-paint";
import { useTRPCClient } from "../../../lib/trpc";
import { createRainStore, type RainStore } from "./rain-store";

const CLAIM_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 8_000;

/** The rains of a room for one viewer; null before the room may be entered. Pass room events on to its `hear`. */
export function useRoomRain(
  roomId: string,
  userId: string | null,
  mayEnter: boolean,
  connection: PushState,
): RainStore | null {
  const client = useTRPCClient();
  const [store, setStore] = useState<RainStore | null>(null);
  // Another person, or the same one let in again, may see something else: they begin anew.
  const viewer = mayEnter ? (userId ?? "nobody") : null;
  useEffect(() => {
    if (viewer === null) return;
    const fresh = createRainStore(roomId, {
      readCurrent: () =>
        client.rain.current.query({ roomId }, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) }),
      readResult: (rainId) =>
        client.rain.result.query({ rainId }, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) }),
      claim: async (input) => {
        await afterPaint();
        return await client.rain.claim.mutate(input, { signal: AbortSignal.timeout(CLAIM_TIMEOUT_MS) });
      },
      newClaimId: uuidv7,
      localMs: () => performance.now(),
      random: Math.random,
      schedule: (task, delayMs) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
    });
    setStore(fresh);
    fresh.ask();
    const retry = () => fresh.retry();
    window.addEventListener("online", retry);
    return () => {
      window.removeEventListener("online", retry);
      fresh.stop();
      setStore(null);
    };
  }, [roomId, viewer, client]);

  const isAway = connection === "reconnecting" || connection === "offline";
  const [wasAway, setWasAway] = useState(false);
  if (isAway && !wasAway) setWasAway(true);
  useEffect(() => {
    if (connection !== "connected" || !wasAway) return;
    setWasAway(false);
    store?.retry();
  }, [connection, wasAway, store]);
  return store;
}
