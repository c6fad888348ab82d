"use client";

import { useTranslations } from "next-intl";
import { GiftPicture } from "../../../gift/art/gift-picture";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { type ReadableStore, useValuePart } from "../../../lib/value-store";
import { CoinAmount } from "../../../ui/coin";
import type { Timeline } from "../../session/timeline";
import classes from "./gift-feed.module.css";

interface GiftFeedProps {
  timeline: ReadableStore<Timeline>;
  /** The newest this many; a phone shows fewer. */
  max: number;
  myId: string | null;
}

/** Who sent what, newest first; a combo is one line that counts up. */
export function GiftFeed({ timeline, max, myId }: GiftFeedProps) {
  const lines = useValuePart(timeline, "gifts");
  const t = useTranslations("room");
  const { locale, coins } = useLocaleFormats();
  const newest = lines.slice(-max).toReversed();
  if (newest.length === 0) return <p className={classes.empty}>{t("noGiftsYet")}</p>;
  return (
    <ul className={classes.feed} aria-label={t("giftFeed")} data-testid="gift-feed">
      {newest.map((line) => {
        const giftName = locale === "zh" ? line.nameZh : line.nameEn;
        return (
          <li
            key={line.key}
            className={classes.line}
            data-own={line.senderId !== null && line.senderId === myId}
            data-testid="gift-feed-line"
          >
            <GiftPicture effect={line.effect} size={34} />
            <span className={classes.who}>
              <span className={classes.sender}>{line.senderName || t("anonymous")}</span>
              <span className={classes.gift}>{giftName}</span>
            </span>
            <span className={`${classes.count} numeric`} key={line.count} data-testid="gift-feed-count">
              ×{coins(line.count)}
            </span>
            <CoinAmount className={classes.coins} label={t("coinsSpoken", { coins: line.totalCoins })}>
              {coins(line.totalCoins)}
            </CoinAmount>
          </li>
        );
      })}
    </ul>
  );
}
