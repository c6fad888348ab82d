"use client";

import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import type { RoomDetail } from "@/domain/contracts/room";
import { lazyPart } from "../../../lib/lazy-part";
import type { ReadableStore } from "../../../lib/value-store";
import type { Timeline } from "../../session/timeline";
import classes from "./feed-section.module.css";

const GiftFeed = lazyPart(() => import("./gift-feed").then((m) => m.GiftFeed));
const TopBoard = lazyPart(() => import("../top/top-board").then((m) => m.TopBoard));

/** As many as are seen at once, or a little scrolling further: each is laid out, painted and ordered with every gift. */
const FEED_LINES = { phone: 3, desktop: 8 };

interface FeedSectionProps {
  room: RoomDetail;
  timeline: ReadableStore<Timeline>;
  myId: string | null;
  isPhone: boolean;
}

/** Gifts as they come and, beside a picture that leaves room for it, who gave most. */
export const FeedSection = memo(function FeedSection({ room, timeline, myId, isPhone }: FeedSectionProps) {
  const t = useTranslations("room");
  const [shown, setShown] = useState<"feed" | "top">("feed");
  if (isPhone) {
    return (
      <div className={classes.feed}>
        <h2 className="visually-hidden">{t("giftFeed")}</h2>
        <div className={classes.lines} role="group" aria-label={t("giftFeed")}>
          <GiftFeed timeline={timeline} max={FEED_LINES.phone} myId={myId} />
        </div>
      </div>
    );
  }
  const label = t(shown === "feed" ? "giftFeed" : "top");
  return (
    <div className={classes.feed}>
      <div className={classes.tabs} role="group" aria-label={t("giftsOrTop")}>
        <button type="button" aria-pressed={shown === "feed"} onClick={() => setShown("feed")}>
          {t("giftFeed")}
        </button>
        <button
          type="button"
          aria-pressed={shown === "top"}
          data-testid="open-top"
          onClick={() => setShown("top")}
        >
          {t("top")}
        </button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard */}
      <section className={classes.lines} tabIndex={0} aria-label={label}>
        {shown === "feed" ? (
          <GiftFeed timeline={timeline} max={FEED_LINES.desktop} myId={myId} />
        ) : (
          <TopBoard roomId={room.roomId} myId={myId} live={room.isLive} />
        )}
      </section>
    </div>
  );
});
