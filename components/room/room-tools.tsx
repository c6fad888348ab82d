"use client";

import { IconGift, IconMessage2, IconMessage2Off } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import classes from "./room-tools.module.css";

interface RoomToolsProps {
  danmakuOn: boolean;
  onDanmaku: (on: boolean) => void;
  /** Opens the gift drawer, where there is one. */
  onGifts?: () => void;
}

export function RoomTools({ danmakuOn, onDanmaku, onGifts }: RoomToolsProps) {
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
          data-testid="open-gifts"
          onClick={onGifts}
        >
          <IconGift size={24} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}
