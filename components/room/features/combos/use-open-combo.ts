"use client";

import { useEffect, useState } from "react";
import type { GiftItem } from "@/domain/contracts/gift";
import { createValueStore, type ValueStore } from "../../../lib/value-store";
import type { ComboWindow } from "./combo-window";

/** The combo that this person may go on with, and what a tap on it sends. */
export interface OpenCombo extends ComboWindow {
  gift: GiftItem;
  tapCount: number;
}

/** Holds the open combo and ends it with its window. Whoever calls this is not rendered when it changes. */
export function useOpenCombo(): ValueStore<OpenCombo | null> {
  const [store] = useState(() => createValueStore<OpenCombo | null>(null));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe(() => {
      clearTimeout(timer);
      const open = store.get();
      if (open) timer = setTimeout(() => store.set(null), Math.max(0, open.endsAtMs - Date.now()));
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store]);
  return store;
}
