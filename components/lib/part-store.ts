import type { ComponentType } from "react";
import { Retry } from "@/push/client/retry";
import { reloadOldPage } from "./reload-old-page";

const BACK_OFF = { firstMs: 1_000, maxMs: 30_000 };

/** The code of one part of a page: loaded when it is wanted, and tried again for as long as it is. */
export interface PartStore<Props> {
  get: () => ComponentType<Props> | null;
  subscribe: (listener: () => void) => () => void;
  /** Loads it now; returns what says that it is wanted no more. */
  want: () => () => void;
}

export function createPartStore<Props>(load: () => Promise<ComponentType<Props>>): PartStore<Props> {
  const listeners = new Set<() => void>();
  let part: ComponentType<Props> | null = null;
  let wanted = 0;
  let isLoading = false;
  const retry = new Retry({ attempt: () => void start(), backOff: BACK_OFF });

  async function start(): Promise<void> {
    if (part || isLoading) return;
    isLoading = true;
    try {
      part = await load();
      retry.rest();
      for (const listener of listeners) listener();
    } catch (error) {
      if (wanted === 0) return;
      retry.failed();
      void reloadOldPage(error);
    } finally {
      isLoading = false;
    }
  }

  return {
    get: () => part,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    want: () => {
      wanted += 1;
      void start();
      return () => {
        wanted -= 1;
        if (wanted === 0) retry.rest();
      };
    },
  };
}
