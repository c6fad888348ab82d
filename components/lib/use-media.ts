"use client";

import { useCallback, useSyncExternalStore } from "react";

/** Whether a media query holds. `atFirst` is what a page from the server was drawn for, until the browser runs. */
export function useMedia(query: string, atFirst: boolean): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => atFirst,
  );
}
