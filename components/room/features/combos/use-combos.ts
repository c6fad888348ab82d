"use client";

import { useCallback, useRef, useState } from "react";
import type { RoomEvent } from "@/domain/contracts/events";
import { createValueStore } from "../../../lib/value-store";
import type { ComboRow } from "./choose-combo-rows";

type GiftEvent = Extract<RoomEvent, { event: "gift.settled" }>;

const COMBOS_KEPT_MAX = 12;

/** The combos a room has heard of lately, by the server's count. Whoever calls this is not rendered when they change. */
export function useCombos() {
  const [rows] = useState(() => createValueStore<readonly ComboRow[]>([]));
  const frame = useRef(0);
  const waiting = useRef<Map<string, ComboRow>>(new Map());
  const add = useCallback(
    (event: GiftEvent, facts: { own: boolean; senderName: string; giftName: string }) => {
      const { combo } = event;
      if (!combo || combo.count < 2) return;
      waiting.current.set(combo.comboId, {
        comboId: combo.comboId,
        ...facts,
        effect: event.gift.effect,
        count: combo.count,
        totalCoins: combo.count * event.gift.priceCoins,
        endsAt: combo.endsAt,
      });
      // One render per frame, however many gifts came in it.
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0;
        const fresh = waiting.current;
        waiting.current = new Map();
        rows.update((shown) => {
          const merged = new Map(shown.map((row) => [row.comboId, row]));
          for (const [comboId, row] of fresh) {
            const known = merged.get(comboId);
            if (!known || known.count <= row.count) merged.set(comboId, row);
          }
          return [...merged.values()].slice(-COMBOS_KEPT_MAX);
        });
      });
    },
    [rows],
  );
  return { rows, add };
}
