"use client";

import { IconGift, IconMessage2, IconMessage2Off } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import classes from "./room-tools.module.css";

interface RoomToolsProps {
  danmakuOn: boolean;
  onDanmaku: (on: boolean) => void;
  /** Opens the gift drawer, where there is one. */
  onGifts?: () => void;
  /** It was asked for and is being drawn. */
  isOpeningGifts?: boolean;
}

export const RoomTools = memo(function RoomTools({
  danmakuOn,
  onDanmaku,
  onGifts,
  isOpeningGifts = false,
}: RoomToolsProps) {
  const t = useTranslations("room");
  const Icon = danmakuOn ? IconMessage2 : IconMessage2Off;
  return (
    <div className={classes.tools}>
      <button
        type="button"
        className={classes.tool}
        aria-pressed={danmakuOn}
        aria-label={t("danmaku")}
        title={t("danmaku")}
        data-testid="danmaku-toggle"
        onClick={() => onDanmaku(!danmakuOn)}
      >
        <Icon size={21} aria-hidden />
      </button>
      {onGifts ? (
        <button
          type="button"
          className={`${classes.tool} ${classes.gift}`}
          aria-label={t("openGifts")}
          aria-busy={isOpeningGifts}
          data-testid="open-gifts"
          onClick={onGifts}
        >
          <IconGift size={24} aria-hidden />
        </button>
      ) : null}
    </div>
  );
});
