"use client";

import { memo, useSyncExternalStore } from "react";
import { lazyPart } from "../../../lib/lazy-part";
import type { RainLayerProps } from "./rain-layer";
import type { RainStore } from "./rain-store";
import { NO_RAINS } from "./rain-view";

const RainLayer = lazyPart(() => import("./rain-layer").then((m) => m.RainLayer));

interface RainSlotProps extends Omit<RainLayerProps, "store" | "state"> {
  store: RainStore | null;
}

/** The place of rains in a room: what draws them is loaded when the first is heard of. */
export const RainSlot = memo(function RainSlot({ store, ...props }: RainSlotProps) {
  const state = useSyncExternalStore(
    store?.subscribe ?? subscribeToNothing,
    store?.get ?? getNothing,
    getNothing,
  );
  const isNeeded = [...state.rains.values()].some((rain) => rain.phase !== "over" || rain.witnessed);
  if (!store || !isNeeded) return null;
  return <RainLayer store={store} state={state} {...props} />;
});

/** Whether packets fall now, for what steps back while they do. */
export function usePacketsFalling(store: RainStore | null): boolean {
  const read = () => [...(store?.get() ?? NO_RAINS).rains.values()].some((rain) => rain.phase === "falling");
  return useSyncExternalStore(store?.subscribe ?? subscribeToNothing, read, () => false);
}

const subscribeToNothing = () => () => {};
const getNothing = () => NO_RAINS;
