"use client";

import { useTranslations } from "next-intl";
import { type RefObject, useEffect, useState } from "react";
import { afterPaint } from "../../../lib/after-paint";
import { useHandler } from "../../../lib/use-handler";
import { useLatest } from "../../../lib/use-latest";
import classes from "./chat-list.module.css";

/** This close to its upper end a list is read further back. */
const NEAR_START_PX = 160;
type State = "more" | "loading" | "failed" | "none";

interface OlderProps {
  /** The oldest row that is shown: nothing lies before it, as far as it was found so. */
  oldest: string;
  load: () => Promise<boolean>;
  listRef: RefObject<HTMLElement | null>;
}

/** Stands above the first row: loads what was said before when one reads up to it, or by itself for who has no wheel. */
export function Older({ oldest, load, listRef }: OlderProps) {
  const t = useTranslations("chat");
  const [{ of, found }, setFound] = useState<{ of: string; found: State }>({ of: oldest, found: "more" });
  // Rows that went since, because nobody read them, can be loaded again.
  const state = found === "none" && of !== oldest ? "more" : found;
  const latestOldest = useLatest(oldest);
  const setState = (next: State) => setFound({ of: latestOldest.current, found: next });
  const start = useHandler(async () => {
    if (state === "loading" || state === "none") return;
    setState("loading");
    try {
      const hasMore = await load();
      // The rows that came are drawn before it is said that they are the first.
      await afterPaint();
      setState(hasMore ? "more" : "none");
    } catch {
      setState("failed");
    }
  });
  useEffect(() => {
    const list = listRef.current;
    if (!list || state !== "more") return;
    let lastPx = list.scrollTop;
    const onScroll = () => {
      // Only its reader moves it up; a list that was filled or became higher has not been read to its start.
      const goesUp = list.scrollTop < lastPx;
      lastPx = list.scrollTop;
      if (goesUp && list.scrollTop < NEAR_START_PX) void start();
    };
    list.addEventListener("scroll", onScroll, { passive: true });
    return () => list.removeEventListener("scroll", onScroll);
  }, [state, listRef, start]);
  if (state === "none") return <p className={classes.start}>{t("startOfChat")}</p>;
  return (
    <button
      type="button"
      className={classes.older}
      disabled={state === "loading"}
      data-testid="chat-older"
      onClick={() => void start()}
    >
      {t(state === "loading" ? "loading" : state === "failed" ? "olderFailed" : "older")}
    </button>
  );
}
