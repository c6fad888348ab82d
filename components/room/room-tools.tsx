"use client";

import {
  IconGift,
  IconMessage2,
  IconMessage2Off,
  IconShield,
  IconStar,
  IconStarOff,
  IconStars,
} from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import type { EffectLevel } from "../gift/effects/gift-effect";
import classes from "./room-tools.module.css";
import { RoundButton } from "./round-button";

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
  /** Opens what moderators look after, for those who are. */
  onModerate?: () => void;
}

export const RoomTools = memo(function RoomTools({
  danmakuOn,
  onDanmaku,
  effectLevel,
  onEffectLevel,
  onGifts,
  isOpeningGifts = false,
  onModerate,
}: RoomToolsProps) {
  const t = useTranslations("room");
  return (
    <div className={classes.tools}>
      <RoundButton
        icon={danmakuOn ? IconMessage2 : IconMessage2Off}
        label={t("danmaku")}
        className={classes.tool}
        aria-pressed={danmakuOn}
        data-testid="danmaku-toggle"
        onClick={() => onDanmaku(!danmakuOn)}
      />
      <RoundButton
        icon={EFFECT_ICONS[effectLevel]}
        label={t(`effects.${effectLevel}`)}
        className={classes.tool}
        data-testid="effects-toggle"
        data-level={effectLevel}
        onClick={onEffectLevel}
      />
      {onModerate ? (
        <RoundButton
          icon={IconShield}
          label={t("moderate")}
          className={classes.tool}
          data-testid="open-moderation"
          onClick={onModerate}
        />
      ) : null}
      {onGifts ? (
        <RoundButton
          icon={IconGift}
          iconPx={24}
          label={t("openGifts")}
          className={classes.gift}
          aria-busy={isOpeningGifts}
          data-testid="open-gifts"
          onClick={onGifts}
        />
      ) : null}
    </div>
  );
});
