"use client";

import {
  IconGift,
  IconMessage2,
  IconMessage2Off,
  IconStar,
  IconStarOff,
  IconStars,
} from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import type { EffectLevel } from "../gift/effects/gift-effect";
import classes from "./room-tools.module.css";

const EFFECT_ICONS = { full: IconStars, small: IconStar, off: IconStarOff } as const satisfies Record<
  EffectLevel,
  unknown
>;

interface RoomToolsProps {
  danmakuOn: boolean;
  onDanmaku: (on: boolean) => void;
  effectLevel: EffectLevel;
  /** Changes to the next level. */
  onEffectLevel: () => void;
  /** Opens the gift drawer, where there is one. */
  onGifts?: () => void;
  /** It was asked for and is being drawn. */
  isOpeningGifts?: boolean;
}

export const RoomTools = memo(function RoomTools({
  danmakuOn,
  onDanmaku,
  effectLevel,
  onEffectLevel,
  onGifts,
  isOpeningGifts = false,
}: RoomToolsProps) {
  const t = useTranslations("room");
  const Icon = danmakuOn ? IconMessage2 : IconMessage2Off;
  const EffectIcon = EFFECT_ICONS[effectLevel];
  const effects = t(`effects.${effectLevel}`);
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
      <button
        type="button"
        className={classes.tool}
        aria-label={effects}
        title={effects}
        data-testid="effects-toggle"
        data-level={effectLevel}
        onClick={onEffectLevel}
      >
        <EffectIcon size={21} aria-hidden />
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
