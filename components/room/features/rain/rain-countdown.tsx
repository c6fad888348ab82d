"use client";

import { useTranslations } from "next-intl";
import { RedPacket } from "../../../rain/art/red-packet";
import classes from "./rain-countdown.module.css";
import type { RainView } from "./rain-view";

interface RainCountdownProps {
  rain: RainView;
  leftMs: number;
  /** Set for somebody who has to sign in first. */
  onSignIn?: () => void;
}

/** The last seconds before it falls, large over the picture. */
export function RainCountdown({ rain, leftMs, onSignIn }: RainCountdownProps) {
  const t = useTranslations("rain");
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return (
    <div className={classes.countdown} data-testid="rain-countdown" data-seconds={seconds}>
      <div className={classes.dial} data-last={seconds <= 3} aria-hidden>
        <RedPacket height="100%" className={classes.packet} />
        <span key={seconds} className={`${classes.number} numeric`}>
          {seconds > 0 ? seconds : t("now")}
        </span>
      </div>
      <p className={classes.title}>{t("getReady")}</p>
      <p className={classes.text}>
        {t("budgetInPackets", { coins: rain.budgetCoins, count: rain.packetCount })}
      </p>
      {rain.remark ? (
        <p className={classes.text} data-testid="rain-remark">
          <bdi>{rain.remark}</bdi>
        </p>
      ) : null}
      {onSignIn ? (
        <button type="button" className={classes.signIn} onClick={onSignIn} data-testid="rain-sign-in">
          {t("signInToGrab")}
        </button>
      ) : null}
    </div>
  );
}
