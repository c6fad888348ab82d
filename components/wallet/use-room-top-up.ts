"use client";

import { useCallback, useState } from "react";
import { useLatest } from "../lib/use-latest";
import {
  NO_TOP_UP,
  type RoomTopUp,
  recallRoomTopUp,
  rememberRoomTopUp,
  type WantedGift,
} from "./room-top-up";

const openStorage = () => sessionStorage;

export interface UseRoomTopUp extends RoomTopUp {
  /** Brings the sheet up; `wanted` is the gift that is to be offered once there are coins for it. */
  show: (wanted: WantedGift | null) => void;
  /** Puts the sheet away. An order that may still be paid is watched on. */
  hide: () => void;
  watch: (orderId: string | null) => void;
  /** The top-up is over and seen. */
  end: () => void;
}

/** Topping up without leaving a room; a tab that is loaded anew finds its place again. */
export function useRoomTopUp(viewerId: string | null, roomId: string): UseRoomTopUp {
  const [state, setState] = useState(() => recall(viewerId, roomId));
  const current = state.viewerId === viewerId && state.roomId === roomId ? state : recall(viewerId, roomId);
  if (current !== state) setState(current);
  const latestRef = useLatest(current);

  const change = useCallback(
    (part: Partial<RoomTopUp>) => {
      const next = { ...latestRef.current, ...part };
      if (next.viewerId === null) return;
      const { open, orderId, wanted } = next;
      rememberRoomTopUp(openStorage, next.viewerId, next.roomId, { open, orderId, wanted });
      latestRef.current = next;
      setState(next);
    },
    [latestRef],
  );
  const show = useCallback(
    (wanted: WantedGift | null) => {
      const { orderId, wanted: before } = latestRef.current;
      const kept = wanted ?? (orderId ? before : null);
      change({
        open: true,
        wanted: kept && { giftId: kept.giftId, count: kept.count, anonymous: kept.anonymous },
      });
    },
    [change, latestRef],
  );
  const hide = useCallback(() => change({ open: false }), [change]);
  const watch = useCallback((orderId: string | null) => change({ orderId }), [change]);
  const end = useCallback(() => change(NO_TOP_UP), [change]);
  return { ...current, show, hide, watch, end };
}

function recall(viewerId: string | null, roomId: string) {
  const topUp = viewerId === null ? NO_TOP_UP : recallRoomTopUp(openStorage, viewerId, roomId);
  return { ...topUp, viewerId, roomId };
}
