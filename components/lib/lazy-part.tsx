"use client";

import { type ComponentType, createElement, type ReactNode, useEffect, useSyncExternalStore } from "react";
import { PartBoundary } from "./part-boundary";
import { createPartStore } from "./part-store";

export interface LazyPart<Props> {
  (props: Props): ReactNode;
  /** Loads its code before it is needed; returns what says that it is wanted no more. */
  fetchAhead: () => () => void;
}

/**
 * A part of a page whose code is loaded when it is first drawn, in the browser only. What cannot be loaded or breaks never
 * takes the page with it: it is tried again, and until then there is nothing, or what `loading` draws.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { loading }: { loading?: () => ReactNode } = {},
): LazyPart<Props> {
  const store = createPartStore(load);
  function Part(props: Props) {
    const Loaded = useSyncExternalStore(store.subscribe, store.get, () => null);
    useEffect(() => store.want(), []);
    if (!Loaded) return loading?.() ?? null;
    return <PartBoundary fallback={loading?.()}>{createElement(Loaded, props)}</PartBoundary>;
  }
  Part.fetchAhead = store.want;
  return Part;
}

const IDLE_WAIT_MS_MAX = 5_000;

/** Loads parts once the page is drawn and has nothing else to do, so that a tap needs no network. */
export function useFetchAhead(parts: readonly Pick<LazyPart<never>, "fetchAhead">[]): void {
  useEffect(() => {
    const ends: (() => void)[] = [];
    const start = () => {
      for (const part of parts) ends.push(part.fetchAhead());
    };
    // Safari has no idle time to ask for.
    const hasIdle = typeof requestIdleCallback === "function";
    const waiting = hasIdle
      ? requestIdleCallback(start, { timeout: IDLE_WAIT_MS_MAX })
      : setTimeout(start, IDLE_WAIT_MS_MAX / 5);
    return () => {
      if (hasIdle) cancelIdleCallback(waiting as number);
      else clearTimeout(waiting);
      for (const end of ends) end();
    };
  }, [parts]);
}
