"use client";

/**
 * Combo rows at the left of the room: `<ComboBanners rows={rows} />` placed by the room, about 24 % from the top, clear of
 * the stage's caption above and its banners below. Pass every combo
 * heard of; rows that have ended leave by themselves, also when no further event comes. `clockAheadMs` is how far the
 * server's clock is ahead of this one. The rows are hidden from assistive technology: the feed announces gifts.
 */

import { useReducedMotion } from "@mantine/hooks";
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { GiftPicture } from "../../../gift/art/gift-picture";
import { cssVars } from "../../../gift/art/scenes/scene-kit";
import { getInitial } from "../../../gift/effects/effect-caption";
import { useCountUp } from "../../../gift/effects/use-count-up";
import { type ComboRow, chooseComboRows } from "./choose-combo-rows";
import styles from "./combo-banner.module.css";

const LEAVE_MS = 280;
/** A count from which a row burns hotter. */
const HOT_FROM_COUNT = 10;
const BLAZING_FROM_COUNT = 50;

export type { ComboRow } from "./choose-combo-rows";

function getHeat(count: number): "warm" | "hot" | "blazing" {
  if (count >= BLAZING_FROM_COUNT) return "blazing";
  return count >= HOT_FROM_COUNT ? "hot" : "warm";
}

interface ComboBannerProps {
  row: ComboRow;
  /** What is left of the combo's window, in milliseconds, when `row` changed. */
  leftMs: number;
  leaving?: boolean;
  still?: boolean;
}

/** One combo: who, what, and a count that climbs with a pop while its window lasts. */
export function ComboBanner({ row, leftMs, leaving = false, still = false }: ComboBannerProps) {
  const count = useCountUp(row.count, still);
  return (
    <div className={styles.row} data-heat={getHeat(row.count)} data-own={row.own} data-leaving={leaving}>
      <div className={styles.plate}>
        <span className={styles.avatar}>{getInitial(row.senderName)}</span>
        <span className={styles.words}>
          <span className={styles.sender}>{row.senderName}</span>
          <span className={styles.gift}>{row.giftName}</span>
        </span>
        <span
          key={row.endsAt}
          className={styles.fuse}
          style={cssVars({ left: `${Math.max(0, leftMs)}ms` })}
        />
      </div>
      <span className={styles.art}>
        <GiftPicture effect={row.effect} size={56} />
      </span>
      <span className={styles.count}>
        <small>×</small>
        <span key={count} className={styles.number}>
          {count}
        </span>
      </span>
    </div>
  );
}

/** Rows that have just gone, kept a moment longer so that they can leave in view. */
function useLeaving(rows: readonly ComboRow[]): ComboRow[] {
  const [leaving, setLeaving] = useState<ComboRow[]>([]);
  const previous = useRef<readonly ComboRow[]>([]);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());

  useLayoutEffect(() => {
    const gone = previous.current.filter((old) => !rows.some((row) => row.comboId === old.comboId));
    previous.current = rows;
    if (gone.length === 0) return;
    setLeaving((current) => [...current, ...gone]);
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setLeaving((current) => current.filter((row) => !gone.includes(row)));
    }, LEAVE_MS);
    timers.current.add(timer);
  }, [rows]);

  useEffect(() => {
    const pending = timers.current;
    return () => {
      for (const timer of pending) clearTimeout(timer);
    };
  }, []);

  return leaving.filter((old) => !rows.some((row) => row.comboId === old.comboId));
}

/** The open combos of a room, at most three; see the top of this file. */
export const ComboBanners = memo(function ComboBanners({
  rows,
  clockAheadMs = 0,
}: {
  rows: readonly ComboRow[];
  clockAheadMs?: number;
}) {
  const still = useReducedMotion(false, { getInitialValueInEffect: true });
  const [look, setLook] = useState<{ rows: readonly ComboRow[]; nowMs: number }>({ rows: [], nowMs: 0 });
  const shown = useMemo(() => chooseComboRows(look.rows, look.nowMs), [look]);
  const leaving = useLeaving(shown);

  // New rows bring a look at the clock at once; the next is when the first open window ends.
  useLayoutEffect(() => setLook({ rows, nowMs: Date.now() + clockAheadMs }), [rows, clockAheadMs]);
  useEffect(() => {
    if (shown.length === 0) return;
    const nextEndMs = Math.min(...shown.map((row) => Date.parse(row.endsAt)));
    const lookAgain = () => setLook((last) => ({ ...last, nowMs: Date.now() + clockAheadMs }));
    const timer = setTimeout(lookAgain, Math.max(16, nextEndMs - Date.now() - clockAheadMs));
    return () => clearTimeout(timer);
  }, [shown, clockAheadMs]);

  return (
    <div className={styles.rows} aria-hidden="true" data-testid="combo-rows">
      {shown.map((row) => (
        <ComboBanner key={row.comboId} row={row} leftMs={Date.parse(row.endsAt) - look.nowMs} still={still} />
      ))}
      {leaving.map((row) => (
        <ComboBanner key={row.comboId} row={row} leftMs={0} leaving still={still} />
      ))}
    </div>
  );
});
