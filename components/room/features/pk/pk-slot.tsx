"use client";

import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { lazyPart } from "../../../lib/lazy-part";
import { useTRPC } from "../../../lib/trpc";

const PkLayer = lazyPart(() => import("./pk-layer").then((m) => m.PkLayer));

/** News comes by push; this is for what push could not bring. */
const POLL_MS = 30_000;

interface PkSlotProps {
  roomId: string;
  getClockAheadMs: () => number;
  /** Tells a screen reader. */
  say: (sentence: string) => void;
}

/** The place of a battle in a room: what draws it is loaded when there is one. */
export const PkSlot = memo(function PkSlot({ roomId, ...props }: PkSlotProps) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.pk.current.queryOptions({ roomId }, { refetchInterval: POLL_MS }));
  if (!data || data.state === "invited" || data.state === "accepted" || data.state === "closed") return null;
  return <PkLayer battle={data} roomId={roomId} {...props} />;
});
