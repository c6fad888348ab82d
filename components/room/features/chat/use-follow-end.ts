"use client";

import { useCallback, useEffect, useRef } from "react";

/** This close to its end a list counts as read at its end. */
const NEAR_END_PX = 48;
const FADE_PX_MAX = 40;
/** Rows in view that are remembered, should the first of them go meanwhile. */
const PLACES_MAX = 12;

interface Place {
  row: Element;
  /** Where the row stood, below the upper edge of the list. */
  belowPx: number;
}

/**
 * A list that grows at its end and is read there, until its reader scrolls up: then what is read stays where it is,
 * whatever is added, taken away or changes its height. The list gets `--fade`: how much of its upper edge may fade out,
 * which is nothing where nothing lies above, and never so much that the newest row fades.
 */
export function useFollowEnd(onEnd: () => void) {
  const listRef = useRef<HTMLDivElement>(null);
  const rowsRef = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTopPx = useRef(0);
  const places = useRef<readonly Place[]>([]);

  const settle = useCallback(() => {
    const [list, rows] = [listRef.current, rowsRef.current];
    if (!list || !rows) return;
    if (follows.current) {
      list.scrollTop = list.scrollHeight;
    } else {
      const upperPx = list.getBoundingClientRect().top;
      const kept = places.current.find(({ row }) => row.isConnected);
      if (kept) list.scrollTop += kept.row.getBoundingClientRect().top - upperPx - kept.belowPx;
    }
    lastTopPx.current = list.scrollTop;
    setFade(list, rows);
  }, []);

  // Whatever made the list or its rows higher or lower: a keyboard, a banner beside it, a font, a new row.
  useEffect(() => {
    const [list, rows] = [listRef.current, rowsRef.current];
    if (!list || !rows) return;
    const observer = new ResizeObserver(settle);
    observer.observe(list);
    observer.observe(rows);
    return () => observer.disconnect();
  }, [settle]);

  const onScroll = useCallback(() => {
    const [list, rows] = [listRef.current, rowsRef.current];
    if (!list || !rows) return;
    // A list that became lower is away from its end as well; only its reader moves it up.
    const wentUp = list.scrollTop < lastTopPx.current - 1;
    lastTopPx.current = list.scrollTop;
    if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX) {
      follows.current = true;
      onEnd();
    } else if (wentUp) {
      follows.current = false;
    }
    if (!follows.current) places.current = findPlaces(list, rows);
    setFade(list, rows);
  }, [onEnd]);

  const toEnd = useCallback(() => {
    follows.current = true;
    settle();
    onEnd();
  }, [settle, onEnd]);

  return { listRef, rowsRef, follows, settle, onScroll, toEnd };
}

function findPlaces(list: HTMLElement, rows: HTMLElement): Place[] {
  const upperPx = list.getBoundingClientRect().top;
  const places: Place[] = [];
  for (const row of rows.children) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > upperPx) places.push({ row, belowPx: top - upperPx });
    if (places.length === PLACES_MAX) break;
  }
  return places;
}

function setFade(list: HTMLElement, rows: HTMLElement): void {
  const newestPx = rows.lastElementChild?.getBoundingClientRect().height ?? 0;
  const room = list.clientHeight - newestPx - (list.scrollHeight - rows.offsetHeight);
  const fade = `${Math.max(0, Math.min(FADE_PX_MAX, list.scrollTop, Math.floor(room)))}px`;
  if (list.style.getPropertyValue("--fade") !== fade) list.style.setProperty("--fade", fade);
}
