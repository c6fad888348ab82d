"use client";

import { useTranslations } from "next-intl";
import { memo, type RefObject, useEffect, useImperativeHandle, useRef, useState } from "react";
import type { RoomEvent } from "@/domain/contracts/events";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { summarizeGifts } from "./announcement";

type GiftEvent = Extract<RoomEvent, { event: "gift.settled" }>;

export interface AnnouncerHandle {
  add: (event: GiftEvent) => void;
  /** What cannot wait for the next summary. */
  say: (sentence: string) => void;
}

const ANNOUNCE_EVERY_MS = 5_000;

/** A polite live region that tells a screen reader about gifts, condensed to one sentence every few seconds. */
export const Announcer = memo(function Announcer({ handle }: { handle: RefObject<AnnouncerHandle | null> }) {
  const t = useTranslations("room");
  const { locale } = useLocaleFormats();
  const waiting = useRef<GiftEvent[]>([]);
  const [text, setText] = useState("");
  const [urgent, setUrgent] = useState("");
  useImperativeHandle(
    handle,
    () => ({
      add: (event) => void waiting.current.push(event),
      // A second live region: a summary of gifts must not take the words away before they are read.
      say: setUrgent,
    }),
    [],
  );
  useEffect(() => {
    const timer = setInterval(() => {
      if (waiting.current.length === 0) return;
      const { top, otherGifts } = summarizeGifts(waiting.current);
      waiting.current = [];
      const sentences = top.map((entry) =>
        t("giftSpoken", {
          sender: entry.senderName || t("anonymous"),
          gift: locale === "zh" ? entry.nameZh : entry.nameEn,
          count: entry.count,
        }),
      );
      if (otherGifts > 0) sentences.push(t("otherGiftsSpoken", { count: otherGifts }));
      setText(sentences.join(" "));
    }, ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, [t, locale]);
  return (
    <>
      <div className="visually-hidden" aria-live="polite" data-testid="announcer">
        {text}
      </div>
      <div className="visually-hidden" aria-live="polite" data-testid="rain-announcer">
        {urgent}
      </div>
    </>
  );
});
