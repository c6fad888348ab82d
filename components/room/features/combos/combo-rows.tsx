"use client";

import { lazyPart } from "../../../lib/lazy-part";
import { type ReadableStore, useValue } from "../../../lib/value-store";
import type { ComboRow } from "./choose-combo-rows";

const ComboBanners = lazyPart(() => import("./combo-banner").then((m) => m.ComboBanners));

interface ComboRowsProps {
  rows: ReadableStore<readonly ComboRow[]>;
  getClockAheadMs: () => number;
}

/** The combos of the room, rendered by themselves whenever one counts up. */
export function ComboRows({ rows, getClockAheadMs }: ComboRowsProps) {
  return <ComboBanners rows={useValue(rows)} clockAheadMs={getClockAheadMs()} />;
}
