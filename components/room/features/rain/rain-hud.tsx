"use client";

import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import { RedPacket } from "../../../rain/art/red-packet";
import classes from "./rain-layer.module.css";
import type { RainView } from "./rain-view";
import { formatTimeLeft } from "./time-left";

const strong = (words: ReactNode) => <b className="numeric">{words}</b>;

/** How many packets are left, for how long, and the luckiest so far. */
export const RainHud = memo(function RainHud({ rain, leftMs }: { rain: RainView; leftMs: number }) {
  const t = useTranslations("rain");
  const formats = useLocaleFormats();
  const left = Math.max(0, rain.packetCount - rain.claimed);
  const share = rain.durationMs > 0 ? Math.min(1, Math.max(0, leftMs / rain.durationMs)) : 0;
  return (
    <div className={classes.hud} data-testid="rain-hud" data-left={left}>
      <div className={classes.hudRow}>
        <RedPacket height={30} />
        <span className={classes.hudLeft}>
          {t.rich("left", {
            count: left,
            left: formats.coins(left),
            all: formats.coins(rain.packetCount),
            strong,
          })}
        </span>
        <span className={`${classes.hudTime} numeric`} data-last={leftMs < 5_000}>
          <span className="visually-hidden">{t("timeLeft")}</span> {formatTimeLeft(leftMs)}
        </span>
      </div>
      <div className={classes.bar} aria-hidden>
        <i style={{ transform: `scaleX(${share})` }} />
      </div>
      {rain.remark ? (
        <p className={classes.hudRemark} data-testid="rain-remark">
          <bdi>{rain.remark}</bdi>
        </p>
      ) : null}
      {rain.luckiest ? (
        <p className={classes.hudLucky}>
          {t("luckiestSoFar", { name: rain.luckiest.nickname, coins: formats.coins(rain.luckiest.coins) })}
        </p>
      ) : null}
    </div>
  );
});
