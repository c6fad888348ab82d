import { useSyncExternalStore } from "react";
import { onNetworkLost } from "@/push/client/on-wake";

let isLost = false;

function subscribe(listener: () => void): () => void {
  const change = (lost: boolean) => {
    isLost = lost;
    listener();
  };
  const back = () => change(false);
  const stop = onNetworkLost(() => change(true));
  window.addEventListener("online", back);
  return () => {
    stop();
    window.removeEventListener("online", back);
  };
}

/**
 * Whether the browser has said that the network went. How it began is not asked: on some machines the browser takes itself
 * for offline although it reaches us.
 */
export function useNetworkLost(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => isLost,
    () => false,
  );
}
