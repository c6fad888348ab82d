"use client";

import { useState } from "react";
import { type GiftChoice, recallGiftChoice, rememberGiftChoice } from "./gift-choice";

const openStorage = () => localStorage;

/** Which gift and how many, remembered for this person. Only in a browser. */
export function useGiftChoice(viewerId: string | null) {
  const [state, setState] = useState(() => open(viewerId));
  // Somebody signed in or out on this very page: what the one chose is not the other's.
  const current = state.viewerId === viewerId ? state : open(viewerId);
  if (current !== state) setState(current);

  function choose(change: Partial<GiftChoice>): void {
    const { giftId, count, isChosenHere } = current;
    const choice = { giftId, count, ...change };
    rememberGiftChoice(openStorage, viewerId, choice);
    setState({ ...choice, viewerId, isChosenHere: isChosenHere || change.giftId !== undefined });
  }
  return { ...current, choose };
}

function open(viewerId: string | null) {
  // What is only remembered must be chosen once more before a tap on it sends.
  return { ...recallGiftChoice(openStorage, viewerId), viewerId, isChosenHere: false };
}
